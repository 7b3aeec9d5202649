/** Section ids of the binary format. */
export const SectionId = {
  CUSTOM: 0,
  TYPE: 1,
  IMPORT: 2,
  FUNCTION: 3,
  TABLE: 4,
  MEMORY: 5,
  GLOBAL: 6,
  EXPORT: 7,
  START: 8,
  ELEMENT: 9,
  CODE: 10,
  DATA: 11,
  DATA_COUNT: 12,
} as const;

const names = [
  "custom",
  "type",
  "import",
  "function",
  "table",
  "memory",
  "global",
  "export",
  "start",
  "element",
  "code",
  "data",
  "datacount",
];

/**
 * The order in which sections must come: the data count lies before the code, although its id was given out
 * last.
 */
const order = [-1, 1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 12, 10];

/** Name of a section for reports; null when this reader does not know the id. */
export function sectionName(id: number): string | null {
  return names[id] ?? null;
}

/**
 * Rank of a section in the order that the format demands; custom sections, which may stand anywhere, have -1.
 */
export function sectionRank(id: number): number {
  return order[id] ?? -1;
}
