import { registerHooks } from "node:module";
import { fileURLToPath } from "node:url";
import type { SeededBug, SourceEdit } from "./seeded-bug.ts";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));

/**
 * Puts a bug into every module that is loaded from now on: the sources on the disk stay as they are, and the host has no switch for it. Throws, as the
 * module is loaded, where an edit no longer fits its file.
 */
export function seedBug({ id, edits }: SeededBug): void {
  registerHooks({
    load(url, context, nextLoad) {
      const loaded = nextLoad(url, context);
      if (!url.startsWith("file:")) return loaded;
      const file = fileURLToPath(url).slice(ROOT.length);
      const fitting = edits.filter((edit) => edit.file === file);
      if (fitting.length === 0) return loaded;
      const text = fitting.reduce((source, edit) => edited(source, edit, id), textOf(loaded.source));
      return { ...loaded, source: text };
    },
  });
}

/** The source with an edit made. Throws where `find` is not there exactly once. */
export function edited(source: string, { file, find, replace }: SourceEdit, id: string): string {
  const places = source.split(find).length - 1;
  if (places !== 1)
    throw new Error(
      `seeded bug ${id}: ${file} has ${places} places that read "${find}"; bring the bug up to date`,
    );
  return source.replace(find, () => replace);
}

function textOf(source: unknown): string {
  if (typeof source === "string") return source;
  if (source instanceof Uint8Array) return Buffer.from(source).toString("utf8");
  throw new Error("a module without source text cannot be edited");
}
