import type { FrameSet } from "./frames/index.ts";

type Level = readonly [string, string];

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

/** The same frames by the engine's own parser, with every decimal made a number: what a program without a codec does. */
export class JsonDecoding {
  /** What was decoded last. It is kept, or else the compiler would see that nobody reads it and leave the conversion out. */
  bids: readonly [number, number][] = [];
  asks: readonly [number, number][] = [];
  private readonly bytes: Buffer;
  private readonly frames: FrameSet;

  constructor(frames: FrameSet) {
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
      this.bids = [[Number(data.b), Number(data.B)]];
      this.asks = [[Number(data.a), Number(data.A)]];
    } else if (data.b !== undefined && typeof data.a === "object") {
      this.bids = converted(data.b);
      this.asks = converted(data.a);
    } else {
      this.bids = [[Number(data.p), Number(data.q)]];
      this.asks = [];
    }
  }
}

function converted(levels: readonly Level[]): [number, number][] {
  return levels.map(([price, size]) => [Number(price), Number(size)]);
}
