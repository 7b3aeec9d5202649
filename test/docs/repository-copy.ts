import { spawnSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { projectRoot } from "../../tools/project-root.ts";
import { repositoryFiles } from "../../tools/tidy/repository-file.ts";

const OUTPUT_BYTES_MAX = 16 * 1024 * 1024;

/** What a command showed, on both streams, and how it ended. */
export interface Shown {
  readonly status: number | null;
  readonly text: string;
}

/** A reader's clone: a copy of the repository's files in a temporary directory, with this one's installed packages and modules. */
export class RepositoryCopy {
  readonly root: string;

  constructor() {
    this.root = mkdtempSync(join(tmpdir(), "sandpit-docs-"));
    for (const { path } of repositoryFiles()) this.copy(path);
    symlinkSync(join(projectRoot, "node_modules"), join(this.root, "node_modules"), "junction");
    if (existsSync(join(projectRoot, "build"))) this.copy("build");
  }

  write(path: string, text: string): void {
    mkdirSync(dirname(join(this.root, path)), { recursive: true });
    writeFileSync(join(this.root, path), text);
  }

  read(path: string): string {
    return readFileSync(join(this.root, path), "utf8");
  }

  /** Runs shell commands, with the Node that runs this. */
  run(commands: string): Shown {
    const path = `${dirname(process.execPath)}${delimiter}${process.env["PATH"] ?? ""}`;
    const { NODE_TEST_CONTEXT: _context, NODE_V8_COVERAGE: _coverage, ...environment } = process.env;
    const { status, stdout, stderr } = spawnSync(commands, {
      cwd: this.root,
      shell: true,
      encoding: "utf8",
      maxBuffer: OUTPUT_BYTES_MAX,
      env: { ...environment, PATH: path, CI: "true" },
    });
    return { status, text: `${stdout}\n${stderr}` };
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }

  private copy(path: string): void {
    mkdirSync(dirname(join(this.root, path)), { recursive: true });
    cpSync(join(projectRoot, path), join(this.root, path), { recursive: true });
  }
}
