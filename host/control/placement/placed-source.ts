/** Where a session takes what plugins on other threads have written. */
export interface PlacedSource {
  /** Looks for the next output: the number of its slot, with the output in `entry`; -1 when there is none. */
  next(): number;
  /** Header and payload; valid until the next `next`. */
  readonly entry: Uint8Array;
  readonly entryBytes: number;
  /** Session time of the record that it was made of. */
  readonly consumedNs: number;
}
