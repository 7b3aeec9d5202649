import { FRAME_KIND } from "./recorded-frame.ts";
import type { FrameKind, RecordedFrame } from "./recorded-frame.ts";
import type { Recording } from "./recording.ts";

/** A recording while it is read: grows with each line, and is cut to typed arrays at the end. */
export class RecordingColumns {
  private startEpochNs: bigint | null = null;
  private symbol = "";
  private lastNs = 0;
  private readonly jsonBegin: number[] = [];
  private readonly jsonEnd: number[] = [];
  private readonly timeNs: number[] = [];
  private readonly kind: FrameKind[] = [];
  private readonly firstUpdateId: number[] = [];
  private readonly lastUpdateId: number[] = [];
  private readonly entryBegin: number[] = [];
  private readonly asksBegin: number[] = [];
  private readonly price: number[] = [];
  private readonly quantity: number[] = [];

  get length(): number {
    return this.kind.length;
  }

  /**
   * Adds a line whose frame lies at [begin, end) of the bytes. Throws an Error for another symbol than the lines above, or a time
   * before theirs.
   */
  add(epochNs: bigint, begin: number, end: number, frame: RecordedFrame): void {
    this.checkSymbol(frame);
    this.startEpochNs ??= epochNs;
    const timeNs = Number(epochNs - this.startEpochNs);
    if (timeNs < this.lastNs) throw new Error("its receive time is before that of the line above");
    this.lastNs = timeNs;
    this.jsonBegin.push(begin);
    this.jsonEnd.push(end);
    this.timeNs.push(timeNs);
    this.kind.push(frame.kind);
    this.firstUpdateId.push(frame.firstUpdateId);
    this.lastUpdateId.push(frame.lastUpdateId);
    this.entryBegin.push(this.price.length);
    this.addEntries(frame.bids);
    this.asksBegin.push(this.price.length);
    this.addEntries(frame.asks);
  }

  /** The recording over those bytes; they may be empty for who does not replay them. */
  finish(bytes: Uint8Array): Recording {
    const prices = Float64Array.from(new Set(this.price)).sort();
    const places = new Map<number, number>();
    prices.forEach((price, place) => places.set(price, place));
    return {
      length: this.length,
      symbol: this.symbol,
      startEpochNs: this.startEpochNs ?? 0n,
      bytes,
      jsonBegin: Float64Array.from(this.jsonBegin),
      jsonEnd: Float64Array.from(this.jsonEnd),
      timeNs: Float64Array.from(this.timeNs),
      kind: Uint8Array.from(this.kind),
      firstUpdateId: Float64Array.from(this.firstUpdateId),
      lastUpdateId: Float64Array.from(this.lastUpdateId),
      entryBegin: Uint32Array.from([...this.entryBegin, this.price.length]),
      asksBegin: Uint32Array.from(this.asksBegin),
      entryPlace: Uint32Array.from(this.price, (price) => places.get(price) ?? 0),
      entryQuantity: Float64Array.from(this.quantity),
      prices,
    };
  }

  private checkSymbol(frame: RecordedFrame): void {
    if (frame.kind === FRAME_KIND.snapshot) return;
    if (this.symbol === "") this.symbol = frame.symbol;
    if (frame.symbol !== this.symbol) {
      throw new Error(
        `symbol ${frame.symbol} in a recording of ${this.symbol}; split the recording by symbol`,
      );
    }
  }

  private addEntries(levels: readonly number[]): void {
    levels.forEach((value, index) => (index % 2 === 0 ? this.price : this.quantity).push(value));
  }
}
