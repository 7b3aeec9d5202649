/**
 * Somebody who syncs what this thread has written, so that this thread never waits for the device. One request is under way at a time.
 */
export interface BackgroundSync {
  /** Asks that everything written before this call, up to the segment `segmentIndex`, be put on stable storage. Tickets count 1, 2, 3 … */
  request(ticket: number, segmentIndex: number): void;
  /** The last ticket that was served (0 for none), or a negative code once a sync has failed, which is final. */
  completed(): number;
}
