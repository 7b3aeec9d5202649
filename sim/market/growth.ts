// The rare allocations of the hot files: doubling, so that each element is copied about once over a run.

/** The same numbers in an array twice as long. */
export function doubled(numbers: Float64Array): Float64Array {
  const longer = new Float64Array(numbers.length * 2);
  longer.set(numbers);
  return longer;
}

/** An array of that length without holes, each element null. */
export function emptySlots<T>(length: number): (T | null)[] {
  return Array.from({ length }, () => null);
}
