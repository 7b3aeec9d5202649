import type { Measure } from "./report/index.ts";
import { medianOf } from "./report/index.ts";

const LINE_WORDS = 16;
const LINES = 512;
const TIMES = 60;
const PAUSES_MS = [0, 1, 10] as const;
const NS_PER_MS = 1e6;

/**
 * How soon does this machine forget memory? Reads 32 KiB, less than a core's first cache, line after line in no order, after pauses in which
 * this thread only looked at the clock. On a machine of one's own the three are nearly equal; where other tenants share the caches, what a
 * step needs is gone after a pause, whatever the program, and no step can be faster than these reads.
 */
export function idleMemory(): Measure[] {
  const next = chain();
  let place = 0;
  const read = (): void => {
    for (let line = 0; line < LINES; line++) place = next[place] ?? 0;
  };
  for (let warm = 0; warm < 2000; warm++) read();
  return PAUSES_MS.map((pauseMs) => {
    const spent = Array.from({ length: TIMES }, () => {
      const endMs = performance.now() + pauseMs;
      while (performance.now() < endMs) continue;
      const startMs = performance.now();
      read();
      return performance.now() - startMs;
    });
    return {
      name: `this machine: memory read again after ${pauseMs} ms, a line`,
      value: (medianOf(spent) * NS_PER_MS) / LINES,
      unit: "ns",
    };
  });
}

/** A ring through all lines, in an order that no prefetcher guesses: 197 steps of the 512 at a time, and they have no common factor. */
function chain(): Int32Array {
  const next = new Int32Array(LINES * LINE_WORDS);
  for (let line = 0; line < LINES; line++) {
    const scattered = (line * 197) % LINES;
    const following = ((line + 1) * 197) % LINES;
    next[scattered * LINE_WORDS] = following * LINE_WORDS;
  }
  return next;
}
