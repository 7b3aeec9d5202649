const START_TICK = 10_000;
const TICKS_PER_UNIT = 100;
const LEVELS = 50;
const START_MS = 1_700_000_000_000;
const BIDS = 7;

/** Frames one after another in one piece of memory. */
export interface FrameRun {
  readonly bytes: Uint8Array;
  readonly begin: Int32Array;
  readonly length: Int32Array;
}

/** As the venue would call the `index`-th of many instruments; all have about the same length. */
export function symbolOf(index: number): string {
  return `C${String(index).padStart(4, "0")}USDT`;
}

/** Markets of many instruments, each with a book of 50 levels a side and quotes that move by some ticks, all around 100.00. */
export class ManyMarkets {
  private updateId = 2000;
  private readonly count: number;

  constructor(count: number) {
    this.count = count;
  }

  snapshot(): Uint8Array {
    const side = (sign: number): string =>
      Array.from({ length: LEVELS }, (_, level) => `["${price(sign * (level + 1))}","1.00000000"]`).join(",");
    return Buffer.from(`{"lastUpdateId":1000,"bids":[${side(-1)}],"asks":[${side(1)}]}`);
  }

  /** The update that comes before a book's snapshot, which covers it, or the first one after it. */
  update(instrument: number, first: number): Uint8Array {
    const symbol = symbolOf(instrument);
    return Buffer.from(
      `{"stream":"${symbol.toLowerCase()}@depth@100ms","data":{"e":"depthUpdate","E":${START_MS},"s":"${symbol}","U":${first},"u":${first + 1},"b":[["${price(-LEVELS)}","2.00000000"]],"a":[]}}`,
    );
  }

  /** `frames` quotes of all instruments in turn. Every one is newer than all before. */
  quotes(frames: number): FrameRun {
    const texts = Array.from({ length: frames }, (_, frame) => this.quote(frame % this.count));
    const length = Int32Array.from(texts, (text) => text.length);
    const begin = new Int32Array(frames);
    for (let frame = 1; frame < frames; frame++)
      begin[frame] = (begin[frame - 1] ?? 0) + (length[frame - 1] ?? 0);
    return { bytes: Buffer.from(texts.join(""), "latin1"), begin, length };
  }

  private quote(instrument: number): string {
    this.updateId += 2;
    const symbol = symbolOf(instrument);
    const step = Math.floor(this.updateId / 2 / this.count);
    const bid = price(-1 - (step % BIDS));
    const size = `${1 + (step % 9)}.00000000`;
    return `{"stream":"${symbol.toLowerCase()}@bookTicker","data":{"u":${this.updateId},"s":"${symbol}","b":"${bid}","B":"${size}","a":"${price(1)}","A":"${size}"}}`;
  }
}

function price(ticksFromStart: number): string {
  const tick = START_TICK + ticksFromStart;
  return `${Math.floor(tick / TICKS_PER_UNIT)}.${String(tick % TICKS_PER_UNIT).padStart(2, "0")}000000`;
}
