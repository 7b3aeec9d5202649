import { existsSync, globSync, statSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { projectRoot } from "../project-root.ts";

const PATTERNS = ["test/**/*.test.ts", "plugins/**/*.test.ts", "abi/**/*.test.ts"];

/** What a fixture does, it does on purpose: it is started by the test it belongs to, never by the run. */
const FIXTURE = /(^|\/)fixtures\//;

/**
 * The test files below the given paths, sorted, from the repository's root; all of them when no path is given. Throws where
 * a path leads to none, because a typing error must not look like success.
 */
export function testFiles(paths: readonly string[]): string[] {
  const all = globSync(PATTERNS, { cwd: projectRoot })
    .map((path) => path.replaceAll("\\", "/"))
    .filter((path) => !FIXTURE.test(path))
    .sort();
  if (paths.length === 0) return all;
  return [...new Set(paths.flatMap((path) => filesAt(all, path)))];
}

function filesAt(all: readonly string[], path: string): readonly string[] {
  const absolute = resolve(projectRoot, path);
  const fromRoot = relative(projectRoot, absolute).replaceAll("\\", "/");
  if (!existsSync(absolute))
    throw new Error(`${path} does not exist: name a test file or a folder from the repository's root`);
  if (statSync(absolute).isFile()) return [fromRoot];
  const found = fromRoot === "" ? all : all.filter((file) => file.startsWith(`${fromRoot}/`));
  if (found.length === 0) throw new Error(`${join(path, "**/*.test.ts")} matches no file`);
  return found;
}
