/** Instrument ids count from 1 to 64, so that 65 states hold them all. */
export const INSTRUMENTS_MAX: u32 = 65;

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

  private make(instrumentId: u32): T {
    const state = instantiate<T>();
    this.states[<i32>instrumentId] = state;
    return state;
  }
}
