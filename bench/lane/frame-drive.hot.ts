import { Channel } from "../../host/execution/gateways/index.ts";
import type { BuiltLane, Lane } from "../../host/lane/index.ts";
import type { FrameSet } from "../frames/index.ts";
import { FrameKind } from "../frames/index.ts";
import type { VenueAnswers } from "./venue-answers.hot.ts";

const NS_PER_SECOND = 1e9;

/**
 * Frames in one call. A loop over a whole pass would be compiled anew in each pass, in the midst of it (on-stack replacement), with all of the
 * lane in one function: nothing that a host, which is called for each frame, ever runs.
 */
const RUN_FRAMES = 32;

/** Frames between two waits for the journal: with their orders' answers they fill at most half of its ring. */
const SETTLE_FRAMES = 24_576;

/** Told of the orders of each step before the next one overwrites them. */
export interface OrderSink {
  take(lane: Lane): void;
}

/**
 * Drives a lane through a set of frames, as fast as it goes: frames, the venue's answers and the timer of each second in the order of
 * session time. Passes follow one another on one clock. Between two the market line goes down and comes up again, which empties book
 * and prices, so that the update ids may begin anew.
 */
export class FrameDrive {
  orders: number;
  readonly lane: Lane;
  readonly answers: VenueAnswers;
  private readonly frames: FrameSet;
  private readonly channels: Int32Array;
  /** `[start of the pass, next timer]` in session time. */
  private readonly clock: Float64Array;
  private readonly sink: OrderSink | null;
  private readonly journal: { settle(): void };

  constructor(
    built: BuiltLane,
    frames: FrameSet,
    answers: VenueAnswers,
    sink: OrderSink | null,
    journal: { settle(): void },
  ) {
    this.orders = 0;
    this.lane = built.lane;
    this.answers = answers;
    this.frames = frames;
    this.channels = Int32Array.from(frames.kind, (kind) =>
      kind === FrameKind.SNAPSHOT ? Channel.REST : Channel.MARKET,
    );
    this.clock = new Float64Array(2);
    this.sink = sink;
    this.journal = journal;
  }

  /** Begins a pass: `run` may then be called for its frames in order. */
  begin(): void {
    const { lane, clock } = this;
    clock[0] = lane.nowNs[0]! + NS_PER_SECOND;
    clock[1] = clock[0] + NS_PER_SECOND;
    lane.nowNs[0] = clock[0];
    lane.onLine(Channel.MARKET, false);
    this.finish();
    lane.onLine(Channel.MARKET, true);
    this.finish();
  }

  /** The frames from `first` up to `end`. */
  private run(first: number, end: number): void {
    const { answers, clock } = this;
    const { timeNs } = this.frames;
    for (let index = first; index < end; index++) {
      const dueNs = clock[0]! + timeNs[index]!;
      while (answers.dueNs[0]! <= dueNs || clock[1]! <= dueNs) this.between();
      this.frame(index, false);
    }
  }

  /** One frame, at its session time. */
  frame(index: number, moreFollow: boolean): void {
    const { lane, frames } = this;
    lane.nowNs[0] = this.clock[0]! + frames.timeNs[index]!;
    lane.onFrame(
      this.channels[index]!,
      0,
      frames.bytes,
      frames.begin[index]!,
      frames.length[index]!,
      moreFollow,
    );
    if (lane.effects.count > 0) this.finish();
  }

  /** A whole pass, to the last answer. */
  pass(): void {
    const { count } = this.frames;
    this.begin();
    for (let first = 0; first < count; first += RUN_FRAMES) {
      if (first % SETTLE_FRAMES === 0) this.journal.settle();
      this.run(first, Math.min(first + RUN_FRAMES, count));
    }
    while (this.answers.dueNs[0]! !== Number.POSITIVE_INFINITY) this.between();
    this.journal.settle();
  }

  /** Session time of a frame of the pass, in `cells[index]`. */
  frameTime(frame: number, cells: Float64Array, index: number): void {
    cells[index] = this.clock[0]! + this.frames.timeNs[frame]!;
  }

  /** Session time of the next answer or timer, in `cells[index]`. */
  nextOther(cells: Float64Array, index: number): void {
    cells[index] = Math.min(this.clock[1]!, this.answers.dueNs[0]!);
  }

  /** One answer or one timer, whichever is first. */
  between(): void {
    const { lane, answers, clock } = this;
    if (clock[1]! < answers.dueNs[0]!) {
      lane.nowNs[0] = clock[1]!;
      clock[1] = clock[1]! + NS_PER_SECOND;
      lane.onTimer();
      this.finish();
      return;
    }
    lane.nowNs[0] = answers.dueNs[0]!;
    answers.take();
    for (let frame = 0; frame < answers.count; frame++) {
      lane.onFrame(Channel.ORDERS, 0, answers.bytes, answers.begin[frame]!, answers.length[frame]!, false);
      this.finish();
    }
  }

  /** Hands the orders of a step to the venue. */
  protected finish(): void {
    this.sink?.take(this.lane);
    this.orders += this.answers.receive(this.lane.effects, this.lane.nowNs);
  }
}
