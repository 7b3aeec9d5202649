import type { VenueSink } from "../wire/index.ts";

/** A sink that can also break within a frame. */
export interface CoinbaseSink extends VenueSink {
  /** Fault: sends that many bytes of the frame, header included, and breaks the connection. */
  tear(payload: string, bytes: number, dueNs: number): void;
}
