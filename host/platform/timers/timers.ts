/** Cancels a timer; harmless once it has run. */
export type CancelTimer = () => void;

/** Calls later. The host compares deadlines with the clock when called: a timer may come late. */
export interface Timers {
  /** Calls once after `delayNs`. */
  after(delayNs: number, call: () => void): CancelTimer;
}
