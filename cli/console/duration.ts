const UNITS = [
  ["s", 1e9],
  ["ms", 1e6],
  ["µs", 1e3],
] as const;

/** Nanoseconds for people: three digits and a unit. */
export function duration(ns: number): string {
  for (const [unit, size] of UNITS) {
    if (ns < size) continue;
    const value = ns / size;
    return `${value.toFixed(value < 10 ? 2 : value < 100 ? 1 : 0)} ${unit}`;
  }
  return `${Math.round(ns)} ns`;
}
