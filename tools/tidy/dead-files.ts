import { posix } from "node:path";
import type { RepositoryFile } from "./repository-file.ts";

const SCOPE = /^(host|sim|cli|abi\/(host|schema))\/.*\.ts$/;

/** Where execution begins. Everything else has to be reached from here. */
const ENTRY =
  /^(host\/main|sim\/main|cli\/main|abi\/generate)\.ts$|^tools\/[^/]+\.(ts|mjs)$|^cli\/.*\.mjs$|^bench\/.*\.ts$|\.test\.ts$/;

const SPECIFIER = /(?:from|import|import\(|new URL\()\s*["'](\.[^"']+)["']/g;

/** The source files that no program and no test reaches. */
export function deadFiles(files: readonly RepositoryFile[]): string[] {
  const texts = new Map(
    files.filter(({ path }) => /\.(ts|mjs)$/.test(path)).map(({ path, text }) => [path, text]),
  );
  const waiting = [...texts.keys()].filter((path) => ENTRY.test(path));
  const reached = new Set(waiting);
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    for (const target of importsOf(path, texts.get(path) ?? "")) {
      if (!texts.has(target) || reached.has(target)) continue;
      reached.add(target);
      waiting.push(target);
    }
  }
  return [...texts.keys()].filter((path) => SCOPE.test(path) && !reached.has(path));
}

function importsOf(path: string, text: string): string[] {
  return [...text.matchAll(SPECIFIER)].map(([, specifier]) =>
    posix.join(posix.dirname(path), specifier ?? ""),
  );
}
