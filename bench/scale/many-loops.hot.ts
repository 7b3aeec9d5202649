import { OrderIntent, writeInt64 } from "../../abi/host/index.ts";
import { Channel } from "../../host/execution/gateways/index.ts";
import type { Lane } from "../../host/lane/index.ts";
import type { FrameRun } from "./many-market.ts";

/** Orders in one step: half of what an agent may ask for. */
export const ORDERS_A_STEP = 16;
/** Ticks from the middle: none of them can meet one of the other side. */
const AWAY_MIN = 20;
const AWAY_STEPS = 30;

/** The two things that are timed, as the lane does them for each event. */
export class ManyLoops {
  /** Tag of the next order. */
  tag: number;
  private readonly lane: Lane;
  private readonly block: Int32Array;
  private readonly cells: Float64Array;
  private readonly instrumentCount: number;
  private readonly terms: Int32Array;

  /** `terms`: the words of an intent but for what differs from order to order. Mantissas: `[middle, tick, quantity]`. */
  constructor(lane: Lane, instrumentCount: number, terms: Int32Array, mantissas: Float64Array) {
    this.tag = 1;
    this.lane = lane;
    this.block = new Int32Array(OrderIntent.blockLength >> 2);
    this.block.set(terms);
    this.cells = mantissas;
    this.instrumentCount = instrumentCount;
    this.terms = terms;
  }

  /** Frames `first` up to `end` of a run. */
  frames(run: FrameRun, first: number, end: number): void {
    const { lane } = this;
    for (let frame = first; frame < end; frame++)
      lane.onFrame(Channel.MARKET, 0, run.bytes, run.begin[frame]!, run.length[frame]!, false);
  }

  /** Orders of one step: each is taken as a draft, judged by the gate and its rules, encoded by the codec, and given to the journal. */
  orders(count: number): void {
    const { effects, orders } = this.lane.parts;
    effects.clear();
    orders.begin();
    for (let order = 0; order < count; order++) {
      this.write();
      orders.onIntent(0, this.block, false);
    }
  }

  private write(): void {
    const { block, cells, tag } = this;
    const isBuy = (tag & 1) === 1;
    const away = AWAY_MIN + (((tag >> 1) * 7) % AWAY_STEPS);
    const price = cells[0]! + (isBuy ? -away : away) * cells[1]!;
    writeInt64(block, OrderIntent.price >> 2, price);
    writeInt64(block, OrderIntent.quantity >> 2, cells[2]!);
    block[OrderIntent.instrumentId >> 2] = 1 + ((tag >> 1) % this.instrumentCount);
    block[OrderIntent.tag >> 2] = tag;
    block[OrderIntent.action >> 2] = this.terms[isBuy ? OrderIntent.action >> 2 : OrderIntent.padding >> 2]!;
    block[OrderIntent.padding >> 2] = 0;
    this.tag = tag + 1;
  }
}
