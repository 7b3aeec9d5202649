import type { MarketWalk } from "./market-walk.ts";

const NESTING = 2_000;
const DIGITS = 400;
const NOISE_BYTES_MAX = 2_048;

/**
 * Messages that no venue sends, for codecs of any venue: nothing, noise, numbers without end, brackets without end, and JSON of no
 * meaning. A codec may refuse each with a code; it may not trap.
 */
export function frameOf(walk: MarketWalk): Uint8Array {
  const { round } = walk;
  switch (round % 8) {
    case 0:
      return new Uint8Array(0);
    case 1:
      return walk.bytes(1 + walk.whole(NOISE_BYTES_MAX));
    case 2:
      return utf8("[".repeat(NESTING));
    case 3:
      return utf8(`{"price":${"9".repeat(DIGITS)}.${"9".repeat(DIGITS)}}`);
    case 4:
      return utf8(`{"a":"${"\\u0041".repeat(walk.whole(100))}`);
    case 5:
      return utf8(JSON.stringify({ bids: [["1.5", "2"]], asks: [], id: round, time: walk.bid }));
    case 6:
      return utf8(JSON.stringify({ result: null, id: round, status: 200, error: { code: -round } }));
    default:
      return utf8(JSON.stringify({ stream: "nobody@nothing", data: { e: "none", E: walk.ask } }));
  }
}

function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
