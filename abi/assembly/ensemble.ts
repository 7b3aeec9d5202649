import { HEADER_BYTES, INBOX_OFFSET } from "./env";
import { emit, openOutbox, outboxUsed } from "./outbox";
import { CombinedSignal, InstrumentDefinition, SignalPool, SignalPoolSignals } from "./records";
import { keepStateful, Stateful } from "./stateful";

const GROUP_HEADER_BYTES: usize = 8;
/** Weights travel in a fixed array of this many slots, by agentIndex. */
export const AGENTS_MAX: i32 = 16;

/** Combines the signals of all agents on one instrument into one. */
export abstract class Ensemble extends Stateful {
  private entries: usize = 0;
  private entryBytes: usize = 0;
  private entryCount: i32 = 0;

  /** Before the first event, once for each instrument. */
  onInstrument(instrument: InstrumentDefinition): void {}
  /** The pool of an instrument has changed. */
  abstract onPool(pool: SignalPool): void;

  /** How many signals the pool at hand holds. */
  protected get count(): i32 {
    return this.entryCount;
  }

  /** Signal number `index` of the pool at hand. */
  protected at(index: i32): SignalPoolSignals {
    assert(<u32>index < <u32>this.entryCount, "no such signal");
    return changetype<SignalPoolSignals>(this.entries + <usize>index * this.entryBytes);
  }

  /** The combined signal to fill in. At most one for each pool. */
  protected combine(pool: SignalPool, score: f64, confidence: f64, timeToLiveNs: i64): CombinedSignal {
    const combined = emit<CombinedSignal>(CombinedSignal.TEMPLATE_ID);
    combined.instrumentId = pool.instrumentId;
    combined.score = score;
    combined.confidence = confidence;
    combined.timeToLiveNs = timeToLiveNs;
    return combined;
  }

  /** Gives one record of the inbox to its method. */
  dispatch(template: u32): void {
    const block = INBOX_OFFSET + HEADER_BYTES;
    if (template == SignalPool.TEMPLATE_ID) {
      const group = block + load<u16>(INBOX_OFFSET);
      this.entryBytes = load<u16>(group);
      this.entryCount = <i32>load<u32>(group, 4);
      this.entries = group + GROUP_HEADER_BYTES;
      this.onPool(changetype<SignalPool>(block));
    } else if (template == InstrumentDefinition.TEMPLATE_ID) {
      this.onInstrument(changetype<InstrumentDefinition>(block));
    }
  }
}

let ensemble: Ensemble | null = null;

/** Names the ensemble of this module. Once, at the top level of its index.ts. */
export function registerEnsemble<T extends Ensemble>(instance: T): void {
  ensemble = instance;
  keepStateful(instance);
}

/** The module's export: one record in, records out. */
export function handle(template: u32, lengthBytes: u32): i32 {
  openOutbox();
  ensemble!.dispatch(template);
  return outboxUsed();
}
