// Starts a TypeScript program of this repository from a fresh clone: `node tools/run.mjs <program.ts> [arguments]`.
// Plain JavaScript on purpose: it has to run under Node 20, which reads no TypeScript, and before anything is installed.
import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { installDependencies } from "./launch/dependencies.mjs";
import { LaunchError } from "./launch/launch-error.mjs";
import { findNode } from "./launch/node-runtime.mjs";
import { runProgram } from "./launch/program.mjs";

const root = fileURLToPath(new URL("../", import.meta.url));

async function main() {
  const [program, ...programArguments] = process.argv.slice(2);
  if (program === undefined) {
    throw new LaunchError(
      "no program named",
      "node tools/run.mjs <program.ts> [arguments], for example cli/main.ts",
    );
  }
  const path = join(root, program);
  if (!existsSync(path) || !statSync(path).isFile()) {
    throw new LaunchError(
      `${program} is not a file of this repository`,
      "name it from the repository's root",
    );
  }
  const node = await findNode(root);
  await installDependencies(root);
  await runProgram({ root, node, program, programArguments });
}

main().catch((error) => {
  const known = error instanceof LaunchError;
  process.stderr.write(
    known ? `sandpit: ${error.message}\n  remedy: ${error.remedy}\n` : `sandpit: ${error?.stack ?? error}\n`,
  );
  process.exit(1);
});
