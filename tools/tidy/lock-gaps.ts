import { z } from "zod";

const lockFile = z.object({
  packages: z.record(
    z.string(),
    z.object({ optionalDependencies: z.record(z.string(), z.string()).optional() }),
  ),
});

/**
 * Packages for other platforms that a lock file names as optional dependencies but does not lock: `npm ci` then fails in a
 * fresh clone on those platforms, and nowhere else.
 */
export function lockGaps(text: string): string[] {
  const { packages } = lockFile.parse(JSON.parse(text));
  return Object.entries(packages).flatMap(([owner, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies)
      .filter(
        (name) =>
          packages[`node_modules/${name}`] === undefined &&
          packages[`${owner}/node_modules/${name}`] === undefined,
      )
      .map((name) => `${owner === "" ? "the project" : owner} asks for ${name}, which is not locked`),
  );
}
