import { spawnSync } from "node:child_process";
import { globSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "../project-root.ts";

/** A file that is, or would be, committed. */
export interface RepositoryFile {
  /** From the repository's root, with forward slashes. */
  readonly path: string;
  readonly sizeBytes: number;
  /** Empty for what is not text. */
  readonly text: string;
}

const BINARY = /\.(wasm|gz|zst|br|png|jpg|ico|woff2|bin|sqlite|parquet)$/;
const NEVER_COMMITTED = /^(\.git|\.cache|node_modules|build|journal)(\/|$)|\/node_modules(\/|$)|\.log$/;

/** Every file that git tracks or would add. Where git is not at hand, every file outside the ignored folders. */
export function repositoryFiles(): RepositoryFile[] {
  return paths()
    .filter((path) => statSync(join(projectRoot, path), { throwIfNoEntry: false })?.isFile() === true)
    .map((path) => {
      const bytes = readFileSync(join(projectRoot, path));
      return { path, sizeBytes: bytes.length, text: BINARY.test(path) ? "" : bytes.toString("utf8") };
    });
}

function paths(): string[] {
  const git = spawnSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], {
    cwd: projectRoot,
    encoding: "utf8",
  });
  if (git.status === 0) return [...new Set(git.stdout.split("\0").filter((path) => path !== ""))].sort();
  return globSync("**/*", { cwd: projectRoot, exclude: (path) => NEVER_COMMITTED.test(path) })
    .map((path) => path.replaceAll("\\", "/"))
    .filter((path) => !NEVER_COMMITTED.test(path))
    .sort();
}
