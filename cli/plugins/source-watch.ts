import { createHash } from "node:crypto";
import type { FSWatcher } from "node:fs";
import { existsSync, readdirSync, readFileSync, watch } from "node:fs";
import { basename, join } from "node:path";
import { sourceFiles } from "../../tools/plugin-build/plugin-source.ts";

/** Editors write a file in several steps, and several files at once. */
const QUIET_MS = 50;

/** Sees when the sources of a plugin are saved with another content. What the build itself writes, and tests, do not count. */
export class SourceWatch {
  private readonly folder: string;
  /** By folder. A file's own watch would end when an editor puts another one in its place, and a recursive watch is made of such. */
  private readonly watchers = new Map<string, FSWatcher>();
  private stamp: string;
  private timer: NodeJS.Timeout | null = null;
  /** When the first file of a save was written; null: none since. */
  private beganMs: number | null = null;
  private savedMs: number | null = null;
  private onSave: () => void = () => undefined;

  constructor(folder: string) {
    this.folder = folder;
    this.stamp = stampOf(folder);
    this.watchFolders();
  }

  /** When the sources were saved last and nobody has asked yet, by `performance.now`; null at the end of the wait. */
  async next(waitMs: number): Promise<number | null> {
    if (this.savedMs === null) {
      await new Promise<void>((resolve) => {
        const timeout = setTimeout(resolve, waitMs);
        this.onSave = () => {
          clearTimeout(timeout);
          resolve();
        };
      });
      this.onSave = () => undefined;
    }
    const { savedMs } = this;
    this.savedMs = null;
    return savedMs;
  }

  /** Ends a wait as well. */
  close(): void {
    for (const watcher of this.watchers.values()) watcher.close();
    clearTimeout(this.timer ?? undefined);
    this.onSave();
  }

  /** Also those that have come since. */
  private watchFolders(): void {
    for (const folder of foldersOf(this.folder)) {
      if (this.watchers.has(folder)) continue;
      const watcher = watch(folder, () => {
        this.beganMs ??= performance.now();
        clearTimeout(this.timer ?? undefined);
        this.timer = setTimeout(() => this.settle(), QUIET_MS);
      });
      // A folder that is taken away: one of the same name is watched anew.
      watcher.on("error", () => watcher.close());
      watcher.on("close", () => this.watchers.delete(folder));
      this.watchers.set(folder, watcher);
    }
  }

  private settle(): void {
    const { beganMs } = this;
    this.beganMs = null;
    this.watchFolders();
    const stamp = stampOf(this.folder);
    if (stamp === this.stamp) return;
    this.stamp = stamp;
    this.savedMs = beganMs;
    this.onSave();
  }
}

function foldersOf(folder: string): string[] {
  if (!existsSync(folder)) return [];
  const inside = readdirSync(folder, { recursive: true, withFileTypes: true });
  return [
    folder,
    ...inside.filter((entry) => entry.isDirectory()).map(({ parentPath, name }) => join(parentPath, name)),
  ];
}

function stampOf(folder: string): string {
  const hash = createHash("sha256");
  for (const file of sourcesOf(folder)) hash.update(`${file}\n`).update(textOf(file));
  return hash.digest("hex");
}

/** A folder that is being replaced has no files for a moment. */
function sourcesOf(folder: string): string[] {
  try {
    return sourceFiles(folder).filter(
      (file) => /\.(?:ts|json)$/.test(file) && basename(file) !== "manifest.ts",
    );
  } catch {
    return [];
  }
}

function textOf(file: string): Uint8Array {
  try {
    return readFileSync(file);
  } catch {
    return new Uint8Array(0);
  }
}
