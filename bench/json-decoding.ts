import type { FrameSet } from "./frames/index.ts";

type Level = readonly [string, string];
type Converted = readonly [number | bigint, number | bigint];

interface MarketJson {
  readonly data: {
    readonly u?: number;
    readonly t?: number;
    readonly b?: string | readonly Level[];
    readonly a?: string | readonly Level[];
    readonly B?: string;
    readonly A?: string;
    readonly p?: string;
    readonly q?: string;
  };
}

/** How a decimal in quotes becomes a number. */
export type Conversion = (text: string) => number | bigint;

/** The nearest double: what most programs are content with. */
export const toDouble: Conversion = Number;

/** Exact, at exponent -8, as the codec's records have it: the venue writes eight decimals, so the digits are the mantissa. */
export function toMantissa(text: string): number {
  return Number(text.replace(".", ""));
}

/** The records' own integers: 64 bits, exact beyond 2^53, where doubles are not. */
export function toInteger(text: string): bigint {
  return BigInt.asIntN(64, BigInt(text.replace(".", "")));
}

/** The same frames by the engine's own parser, with every decimal made a number: what a program without a codec does. */
export class JsonDecoding {
  /** What was decoded last. It is kept, or else the compiler would see that nobody reads it and leave the conversion out. */
  bids: readonly Converted[] = [];
  asks: readonly Converted[] = [];
  private readonly bytes: Buffer;
  private readonly frames: FrameSet;
  private readonly convert: Conversion;

  constructor(frames: FrameSet, convert: Conversion) {
    this.convert = convert;
    this.frames = frames;
    this.bytes = Buffer.from(frames.bytes.buffer, frames.bytes.byteOffset, frames.bytes.byteLength);
  }

  run(places: Int32Array): void {
    for (const place of places) this.decode(place);
  }

  /** Prices in these frames. */
  values(places: Int32Array): number {
    let count = 0;
    for (const place of places) {
      this.decode(place);
      count += this.bids.length + this.asks.length;
    }
    return count;
  }

  private decode(index: number): void {
    const begin = this.frames.begin[index] ?? 0;
    const text = this.bytes.toString("utf8", begin, begin + (this.frames.length[index] ?? 0));
    const { data } = JSON.parse(text) as MarketJson;
    if (typeof data.b === "string") {
      this.bids = [[this.convert(data.b), this.convert(data.B ?? "")]];
      this.asks = [[this.convert(String(data.a)), this.convert(data.A ?? "")]];
    } else if (data.b !== undefined && typeof data.a === "object") {
      this.bids = this.converted(data.b);
      this.asks = this.converted(data.a);
    } else {
      this.bids = [[this.convert(data.p ?? ""), this.convert(data.q ?? "")]];
      this.asks = [];
    }
  }

  private converted(levels: readonly Level[]): Converted[] {
    const { convert } = this;
    return levels.map(([price, size]) => [convert(price), convert(size)]);
  }
}
