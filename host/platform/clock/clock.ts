/** Time, as the only two things that the host asks of it. */
export interface Clock {
  /** Writes the monotonic time in nanoseconds since the session's start to `cells[index]`: a returned double would be allocated. */
  stamp(cells: Float64Array, index: number): void;
  /** Wall-clock milliseconds since 1970. For stamps that a venue checks and for humans; never for measuring. */
  wallMs(): number;
}
