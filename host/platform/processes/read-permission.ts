import { realpathSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** Flags that let a child process read some places: as they are named, and where links lead, since a folder of packages may be one. */
export function readPermission(places: readonly URL[]): string[] {
  const paths = places.flatMap((place) => {
    const named = fileURLToPath(place);
    const real = realPathOf(named);
    return real === null || real === withoutSlash(named) ? [named] : [named, real];
  });
  return paths.map((path) => `--allow-fs-read=${path}`);
}

/** Null where there is nothing: the child is to say so. */
function realPathOf(path: string): string | null {
  try {
    return realpathSync(path);
  } catch {
    return null;
  }
}

function withoutSlash(path: string): string {
  return path.replace(/[/\\]$/, "");
}
