/** One segment whose records were all found whole. */
export interface SegmentSpan {
  readonly index: number;
  readonly epoch: number;
  readonly firstSequence: number;
  readonly lastSequence: number;
  /** Bytes of the file that count, header included. */
  readonly bytes: number;
  /** Chain hash of the header: what the first record continues. */
  readonly headerLaneA: number;
  readonly headerLaneB: number;
  /** Wall clock at the session's start in ns since 1970, two unsigned halves. */
  readonly startWallNsLow: number;
  readonly startWallNsHigh: number;
}

/** A place in a segment file. */
export interface JournalPlace {
  readonly segmentIndex: number;
  readonly offsetBytes: number;
}
