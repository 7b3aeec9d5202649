/** What a market frame is. */
export const FrameKind = { DEPTH: 0, QUOTE: 1, TRADE: 2, SNAPSHOT: 3 } as const;
export type FrameKind = (typeof FrameKind)[keyof typeof FrameKind];

/** An input file, so that two runs can be told to have had the same. */
export interface InputFile {
  readonly name: string;
  readonly sha256: string;
}

/**
 * Market frames in the order of their receipt. All bytes lie in one buffer, as in a receive buffer: a loop over them makes no view.
 *
 * ```
 *  bytes │ stamp frame newline │ stamp frame newline │ …
 *                └ begin[i], length[i] bytes
 * ```
 */
export interface FrameSet {
  readonly source: "recorded" | "generated";
  readonly files: readonly InputFile[];
  readonly count: number;
  readonly bytes: Uint8Array;
  readonly begin: Int32Array;
  readonly length: Int32Array;
  /** Nanoseconds since the first frame's receipt. */
  readonly timeNs: Float64Array;
  readonly kind: Uint8Array;
}

const NEWLINE = 10;
const SPACE = 32;
const HEAD_BYTES = 64;

/** Takes lines `<receive ns> <JSON>` apart, at most `countMax` of them. Throws where a line is no such line. */
export function frameSetOf(
  bytes: Buffer,
  origin: Pick<FrameSet, "source" | "files">,
  countMax: number,
): FrameSet {
  const begin: number[] = [];
  const length: number[] = [];
  const stamps: bigint[] = [];
  const kind: number[] = [];
  for (let start = 0; start < bytes.length && begin.length < countMax;) {
    const newline = bytes.indexOf(NEWLINE, start);
    const end = newline < 0 ? bytes.length : newline;
    const space = bytes.indexOf(SPACE, start);
    if (space < 0 || space >= end)
      throw new Error(`frame ${begin.length + 1} has no receive time before it; give lines of "<ns> <JSON>"`);
    stamps.push(BigInt(bytes.toString("latin1", start, space)));
    begin.push(space + 1);
    length.push(end - space - 1);
    kind.push(kindOf(bytes.toString("latin1", space + 1, Math.min(end, space + HEAD_BYTES))));
    start = end + 1;
  }
  const [first = 0n] = stamps;
  return {
    ...origin,
    count: begin.length,
    bytes,
    begin: Int32Array.from(begin),
    length: Int32Array.from(length),
    timeNs: Float64Array.from(stamps, (stamp) => Number(stamp - first)),
    kind: Uint8Array.from(kind),
  };
}

function kindOf(head: string): FrameKind {
  if (head.includes("@depth")) return FrameKind.DEPTH;
  if (head.includes("@bookTicker")) return FrameKind.QUOTE;
  if (head.includes("@trade")) return FrameKind.TRADE;
  if (head.startsWith('{"lastUpdateId"')) return FrameKind.SNAPSHOT;
  throw new Error(
    `a frame begins with ${head}; the benchmarks know depth, bookTicker, trade and a REST snapshot`,
  );
}

/** Places of the frames of one kind. */
export function framesOfKind(frames: FrameSet, kind: FrameKind): Int32Array {
  return Int32Array.from(frames.kind.keys().filter((index) => frames.kind[index] === kind));
}
