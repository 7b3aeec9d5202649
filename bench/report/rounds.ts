/** The middle one of some numbers; the mean of the two in the middle of an even count. */
export function medianOf(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

/** Something to be timed beside others: `run` does all of one round's work. */
export interface Contender {
  readonly name: string;
  readonly run: () => void;
}

/**
 * Milliseconds of each contender: median of rounds in which all of them run one after the other, so that what slows the machine for a
 * while slows all of them. Rounds of warming up come first.
 */
export function timeRounds(
  contenders: readonly Contender[],
  warmRounds: number,
  rounds: number,
): Map<string, number> {
  const times = new Map<string, number[]>(contenders.map(({ name }) => [name, []]));
  for (let round = -warmRounds; round < rounds; round++) {
    for (const { name, run } of contenders) {
      const startMs = performance.now();
      run();
      const elapsedMs = performance.now() - startMs;
      if (round >= 0) times.get(name)?.push(elapsedMs);
    }
  }
  return new Map([...times].map(([name, values]) => [name, medianOf(values)]));
}
