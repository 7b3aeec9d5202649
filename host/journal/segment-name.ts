const PATTERN = /^segment-(\d{10})\.journal$/;

/** File name of a segment; names sort as the segments do. */
export function segmentName(index: number): string {
  return `segment-${String(index).padStart(10, "0")}.journal`;
}

/** Index of a segment by its file name, or -1 for another file. */
export function segmentIndexOf(name: string): number {
  const digits = PATTERN.exec(name)?.[1];
  return digits === undefined ? -1 : Number(digits);
}

/** Indices of the segments among the names of a directory, ascending. */
export function segmentIndices(names: readonly string[]): number[] {
  return names
    .map(segmentIndexOf)
    .filter((index) => index >= 0)
    .sort((left, right) => left - right);
}
