import { posix } from "node:path";
import type { RepositoryFile } from "./repository-file.ts";

const LINK = /\]\(\s*([^)\s#]+)[^)]*\)/g;

/** The documents of docs/ that README.md does not link to. */
export function unlinkedDocuments(files: readonly RepositoryFile[]): string[] {
  const readme = files.find(({ path }) => path === "README.md")?.text ?? "";
  const linked = new Set(targets("README.md", readme));
  return files.map(({ path }) => path).filter((path) => /^docs\/[^/]+\.md$/.test(path) && !linked.has(path));
}

/** One line for each relative link of a document that leads to no file or folder. */
export function brokenLinks(files: readonly RepositoryFile[]): string[] {
  const known = new Set(files.flatMap(({ path }) => [path, ...folders(path)]));
  return files
    .filter(({ path }) => path.endsWith(".md"))
    .flatMap(({ path, text }) =>
      targets(path, text)
        .filter((target) => !known.has(target.replace(/\/$/, "")))
        .map((target) => `${path}: the link to ${target} leads nowhere`),
    );
}

function targets(from: string, text: string): string[] {
  return [...text.matchAll(LINK)]
    .map(([, target]) => target ?? "")
    .filter((target) => target !== "" && !/^[a-z]+:/.test(target))
    .map((target) => posix.join(posix.dirname(from), target));
}

function folders(path: string): string[] {
  const parts = path.split("/").slice(0, -1);
  return parts.map((_, index) => parts.slice(0, index + 1).join("/"));
}
