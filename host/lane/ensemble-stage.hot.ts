import {
  CombinedSignal,
  HEADER_BYTES,
  readInt64,
  SignalPool as PoolRecord,
  writeInt64,
} from "../../abi/host/index.ts";
import type { SignalPool } from "../data/signals/index.ts";
import { AGENTS_MAX } from "../data/signals/index.ts";
import type { PluginSlot } from "../engine/index.ts";
import { FaultCode } from "../engine/index.ts";
import { openInbox } from "./inbox.hot.ts";
import { OutboxReader } from "./outbox-reader.hot.ts";
import { OutputFault } from "./plugin-fault.ts";
import type { ReferencePrices } from "./reference-prices.hot.ts";
import { REFERENCE_CELLS, ReferenceCell } from "./reference-prices.hot.ts";

const INSTRUMENT_ID_FIRST = 1;

/** The ensemble: one instrument's pool in, one combined signal out. */
export class EnsembleStage {
  readonly slot: PluginSlot;
  /** The combined signal of the last call, its block at offset 0; for the agents. */
  readonly combined: Int32Array;
  /** Last weights, scores and confidences by instrument, for the view: AGENTS_MAX weights, score, confidence. */
  readonly shown: Float64Array;
  private readonly pool: SignalPool;
  private readonly prices: ReferencePrices;
  private readonly nowNs: Float64Array;
  private readonly reader: OutboxReader;
  private readonly instrumentCount: number;

  constructor(
    slot: PluginSlot,
    pool: SignalPool,
    prices: ReferencePrices,
    nowNs: Float64Array,
    instrumentCount: number,
  ) {
    this.slot = slot;
    this.pool = pool;
    this.prices = prices;
    this.nowNs = nowNs;
    this.reader = new OutboxReader(slot);
    this.instrumentCount = instrumentCount;
    this.combined = this.reader.i32;
    this.shown = new Float64Array(instrumentCount * SHOWN_CELLS);
  }

  /** Of the combined signal that was taken last. */
  get combinedInstrument(): number {
    return this.combined[CombinedSignal.instrumentId >> 2]! - INSTRUMENT_ID_FIRST;
  }

  /** Combines the signals of an instrument. True when there is a combined signal to hand on. */
  combine(instrument: number): boolean {
    const { slot } = this;
    if (slot.state !== "running") return false;
    const block = openInbox(slot, PoolRecord.templateId, PoolRecord.blockLength);
    const row = instrument * REFERENCE_CELLS;
    const { cells } = this.prices;
    const { i32 } = slot;
    writeInt64(i32, (block + PoolRecord.timeNs) >> 2, this.nowNs[0]!);
    slot.f64[(block + PoolRecord.midPrice) >> 3] =
      (cells[row + ReferenceCell.BID_PRICE]! + cells[row + ReferenceCell.ASK_PRICE]!) * 0.5;
    i32[(block + PoolRecord.instrumentId) >> 2] = instrument + INSTRUMENT_ID_FIRST;
    i32[(block + PoolRecord.padding) >> 2] = 0;
    const groupBytes = this.pool.writeGroup(i32, slot.f64, block + PoolRecord.blockLength, instrument);
    const written = slot.invoke(PoolRecord.templateId, HEADER_BYTES + PoolRecord.blockLength + groupBytes);
    return written > 0 && this.take(written, instrument);
  }

  /** What the ensemble has written on a thread of its own lies in its slot's outbox. True when there is a combined signal to hand on. */
  takePlaced(lengthBytes: number): boolean {
    const { reader, slot } = this;
    reader.open(slot, lengthBytes);
    reader.next();
    const instrument = reader.i32[CombinedSignal.instrumentId >> 2]! - INSTRUMENT_ID_FIRST;
    // One that names none of ours is judged as if for the first, which it then does not name either.
    const isOurs = instrument >= 0 && instrument < this.instrumentCount;
    return this.take(lengthBytes, isOurs ? instrument : 0);
  }

  private take(lengthBytes: number, instrument: number): boolean {
    const { reader, slot } = this;
    reader.open(slot, lengthBytes);
    const template = reader.next();
    let fault: OutputFault | null = null;
    if (template !== CombinedSignal.templateId || reader.endByte !== (slot.outboxWord << 2) + lengthBytes)
      fault = OutputFault.UNEXPECTED_RECORD;
    else if (!this.isPlausible(instrument)) fault = OutputFault.VALUE_REFUSED;
    if (fault !== null) {
      const again = slot.stop(FaultCode.OUTPUT, fault, template);
      // Above 0 a predecessor has taken over and combined the same signals.
      return again > 0 && this.take(again, instrument);
    }
    writeInt64(reader.i32, CombinedSignal.timeNs >> 2, this.nowNs[0]!);
    this.show(instrument);
    return true;
  }

  /** Written so that a NaN fails: score in [-1, 1], confidence in [0, 1], weights not negative, time to live above 0, this instrument. */
  private isPlausible(instrument: number): boolean {
    const { i32, f64 } = this.reader;
    const score = f64[CombinedSignal.score >> 3]!;
    const confidence = f64[CombinedSignal.confidence >> 3]!;
    if (!(score >= -1 && score <= 1 && confidence >= 0 && confidence <= 1)) return false;
    for (let agent = 0; agent < AGENTS_MAX; agent++) {
      const weight = f64[(CombinedSignal.weights >> 3) + agent]!;
      if (!(weight >= 0 && weight <= 1)) return false;
    }
    return (
      readInt64(i32, CombinedSignal.timeToLiveNs >> 2) > 0 &&
      i32[CombinedSignal.instrumentId >> 2]! === instrument + INSTRUMENT_ID_FIRST
    );
  }

  private show(instrument: number): void {
    const { f64 } = this.reader;
    const row = instrument * SHOWN_CELLS;
    for (let agent = 0; agent < AGENTS_MAX; agent++)
      this.shown[row + agent] = f64[(CombinedSignal.weights >> 3) + agent]!;
    this.shown[row + AGENTS_MAX] = f64[CombinedSignal.score >> 3]!;
    this.shown[row + AGENTS_MAX + 1] = f64[CombinedSignal.confidence >> 3]!;
  }
}

/** Cells of one instrument in `shown`. */
export const SHOWN_CELLS: number = AGENTS_MAX + 2;
