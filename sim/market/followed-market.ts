import { FollowedRecording } from "./followed-recording.ts";
import type { SelfTradePrevention } from "./market-options.ts";
import { FRAME_KIND } from "./recorded-frame.ts";
import type { RecordedFrame } from "./recorded-frame.ts";
import { RecordedMarket } from "./recorded-market.ts";
import type { MarketListener } from "./types.ts";

/** Lines that wait for a snapshot, some minutes of them; and played ones that are forgotten together. */
const WAITING_MAX = 100_000;
const PLAYED_MAX = 1_000;

export interface FollowedMarketOptions {
  readonly listener: MarketListener;
  readonly selfTradePrevention: SelfTradePrevention;
  readonly symbol: string;
  /** Mantissas. */
  readonly middle: number;
  readonly tickSize: number;
}

/** The market of a real venue as its frames arrive, in which our orders trade on paper: see RecordedMarket for how they fill. */
export class FollowedMarket extends RecordedMarket {
  private readonly followed: FollowedRecording;

  constructor({ listener, selfTradePrevention, symbol, middle, tickSize }: FollowedMarketOptions) {
    const recording = new FollowedRecording(symbol, middle, tickSize);
    super({ listener, selfTradePrevention, recording });
    this.followed = recording;
  }

  /** Levels that were left out because they lie beyond the prices that the book was made for. */
  get levelsBeyond(): number {
    return this.followed.levelsBeyond;
  }

  /** The book is live: a snapshot has come, and no update since then is missing. */
  get hasBook(): boolean {
    return this.lastUpdateId >= 0;
  }

  /** Plays a frame that has just arrived. A trade, or a best bid and offer, whose price lies beyond the grid is passed over. */
  follow(frame: RecordedFrame, timeNs: number): void {
    const line = this.followed.add(frame, timeNs);
    if (!this.isWhole(frame, line)) this.followed.length = line;
    else this.play(line, timeNs);
    const isFull = this.followed.length >= (this.hasBook ? PLAYED_MAX : WAITING_MAX);
    if (!isFull) return;
    this.followed.forget();
    this.position = 0;
  }

  /** The connection to the venue is lost: there is no book before the next snapshot. Orders stay where they are. */
  loseBook(): void {
    this.reset();
    this.followed.forget();
  }

  private isWhole({ kind, bids, asks }: RecordedFrame, line: number): boolean {
    if (kind === FRAME_KIND.depth || kind === FRAME_KIND.snapshot) return true;
    const { entryBegin } = this.followed;
    const taken = (entryBegin[line + 1] ?? 0) - (entryBegin[line] ?? 0);
    return taken * 2 === bids.length + asks.length;
  }
}
