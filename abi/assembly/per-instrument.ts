import { SnapshotRefusal } from "./snapshot-layout";
import { SnapshotReader } from "./snapshot-reader";
import { SnapshotWriter } from "./snapshot-writer";

/** Instrument ids count from 1 to 512, so that 513 states hold them all: as many as the host's journal has numbers for. */
export const INSTRUMENTS_MAX: u32 = 513;

/** State that a plugin keeps for each instrument: made when first asked for, never freed. */
export class PerInstrument<T> {
  private states: StaticArray<T | null> = new StaticArray<T | null>(<i32>INSTRUMENTS_MAX);

  /** The state of one instrument. Traps beyond INSTRUMENTS_MAX. */
  @inline
  of(instrumentId: u32): T {
    assert(instrumentId < INSTRUMENTS_MAX, "instrumentId out of range");
    const state = unchecked(this.states[<i32>instrumentId]);
    return state === null ? this.make(instrumentId) : state;
  }

  /** Writes every state that was asked for, with its instrument. `T` has `snapshot(writer)`. */
  snapshot(writer: SnapshotWriter): void {
    let count: u32 = 0;
    for (let id: u32 = 0; id < INSTRUMENTS_MAX; id++) if (this.states[<i32>id] !== null) count += 1;
    writer.u32(count);
    for (let id: u32 = 0; id < INSTRUMENTS_MAX; id++) {
      const state = this.states[<i32>id];
      if (state === null) continue;
      writer.u32(id);
      state.snapshot(writer);
    }
  }

  /** Reads them again; those of other instruments stay as they are. `T` has `restore(reader, version)`. */
  restore(reader: SnapshotReader, version: u32): void {
    const count = reader.count(INSTRUMENTS_MAX);
    let next: u32 = 0;
    for (let index: u32 = 0; index < count; index++) {
      const id = reader.u32();
      if (id < next || id >= INSTRUMENTS_MAX) reader.refuse(SnapshotRefusal.RANGE);
      if (!reader.isSound) return;
      next = id + 1;
      this.of(id).restore(reader, version);
    }
  }

  private make(instrumentId: u32): T {
    const state = instantiate<T>();
    this.states[<i32>instrumentId] = state;
    return state;
  }
}
