import type { RepositoryFile } from "./repository-file.ts";

/** The fault catalogue: how many faults each letter has, counted from 1. */
const LAST_OF: Readonly<Record<string, number>> = {
  J: 18, // journal, snapshot, disk
  C: 12, // crash and exactly-once
  V: 21, // venue session
  M: 7, // market data
  P: 24, // plugin runtime
  S: 15, // signatures and supply chain
  H: 9, // hot swap
  F: 9, // failover
  T: 8, // time
  R: 10, // resources and back-pressure
  O: 8, // operations
};

const TITLE = /\b(?:test|it|describe|suite)\(\s*(["'`])((?:\\.|(?!\1)[^\\])*)\1/g;
const BRACKET = /\[([A-Z]\d+(?:[,\s]+[A-Z]\d+)*)\]/g;

/** The fault ids that the titles of a test file name. */
export function faultIds(text: string): string[] {
  const titles = [...text.matchAll(TITLE)].map(([, , title]) => title ?? "");
  const brackets = titles.flatMap((title) => [...title.matchAll(BRACKET)].map(([, ids]) => ids ?? ""));
  return brackets.flatMap((ids) => ids.split(/[,\s]+/));
}

/** Whether the catalogue has a fault of that id, such as `J7`. */
export function isKnownFault(id: string): boolean {
  const number = Number(id.slice(1));
  return number >= 1 && number <= (LAST_OF[id.slice(0, 1)] ?? 0);
}

/** The tests of this very check name faults that do not exist. */
const SELF = /^test\/tools\/tidy\//;

/** One line for each test title that names a fault which the catalogue does not have. */
export function unknownFaults(files: readonly RepositoryFile[]): string[] {
  return files
    .filter(({ path }) => path.endsWith(".test.ts") && !SELF.test(path))
    .flatMap(({ path, text }) =>
      faultIds(text)
        .filter((id) => !isKnownFault(id))
        .map((id) => `${path}: no fault ${id} in the catalogue`),
    );
}
