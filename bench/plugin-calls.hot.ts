import { FeatureVector, HEADER_BYTES, Signal, writeInt64 } from "../abi/host/index.ts";
import type { SignalPool } from "../host/data/signals/index.ts";
import type { PluginSlot } from "../host/engine/index.ts";
import { openInbox } from "../host/lane/inbox.hot.ts";
import { OutboxReader } from "../host/lane/outbox-reader.hot.ts";

const NS_A_CALL = 1000;
const CALLS_A_RUN = 64;

/**
 * What the lane does to show an agent a feature vector and take its signal: header and block into the inbox, the metered call through wrapper and
 * trampoline, the record's outline checked and copied out, its values checked into the pool.
 */
export class PluginCalls {
  /** Signals that were taken. */
  signals: number;
  private readonly slot: PluginSlot;
  readonly pool: SignalPool;
  private readonly reader: OutboxReader;
  private readonly vectors: Int32Array;
  private readonly vectorMask: number;
  private readonly nowNs: Float64Array;

  /** `vectors`: FeatureVector blocks one after another, a power of two of them. */
  constructor(slot: PluginSlot, pool: SignalPool, vectors: Int32Array) {
    this.signals = 0;
    this.slot = slot;
    this.pool = pool;
    this.reader = new OutboxReader(slot);
    this.vectors = vectors;
    this.vectorMask = (vectors.length << 2) / FeatureVector.blockLength - 1;
    this.nowNs = new Float64Array(1);
  }

  /** Calls the agent `count` times, a multiple of 64. */
  run(count: number): void {
    for (let first = 0; first < count; first += CALLS_A_RUN) this.some(first);
  }

  private some(first: number): void {
    for (let index = first; index < first + CALLS_A_RUN; index++) this.call(index & this.vectorMask);
  }

  /** One call, with the vector of that place. */
  call(index: number): void {
    const { slot, reader, nowNs } = this;
    nowNs[0] = nowNs[0]! + NS_A_CALL;
    this.put(index);
    const written = slot.invoke(FeatureVector.templateId, HEADER_BYTES + FeatureVector.blockLength);
    if (written <= 0) return;
    reader.open(slot, written);
    for (let template = reader.next(); template !== 0; template = reader.next()) {
      if (template !== Signal.templateId) return;
      if (this.pool.take(reader.i32, reader.f64, 0, 0, nowNs) === 0) this.signals += 1;
    }
  }

  /** The event, from host memory into the inbox. */
  private put(index: number): void {
    const { slot, vectors } = this;
    const block = openInbox(slot, FeatureVector.templateId, FeatureVector.blockLength) >> 2;
    const words = FeatureVector.blockLength >> 2;
    const first = index * words;
    const { i32 } = slot;
    for (let word = 0; word < words; word++) i32[block + word] = vectors[first + word]!;
    writeInt64(i32, block + (FeatureVector.timeNs >> 2), this.nowNs[0]!);
  }
}
