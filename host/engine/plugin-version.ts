/** Three numbers of at most nine digits, as `1.2.3`. */
export const PLUGIN_VERSION: RegExp = /^(0|[1-9]\d{0,8})\.(0|[1-9]\d{0,8})\.(0|[1-9]\d{0,8})$/;

/** Negative, 0 or positive, as `a` is before, equal to or after `b`, number by number. */
export function compareVersions(a: string, b: string): number {
  const left = numbersOf(a);
  const right = numbersOf(b);
  for (const [index, number] of left.entries()) {
    const difference = number - (right[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

function numbersOf(version: string): number[] {
  const match = PLUGIN_VERSION.exec(version);
  if (match === null) throw new RangeError(`"${version}" is no version: write three numbers, as 1.2.3`);
  return match.slice(1).map(Number);
}
