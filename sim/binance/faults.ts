import type { ClientSession } from "./client-session.ts";

/** Faults of the venue and of its connections, switched by whoever drives the simulation. */
export class VenueFaults {
  /** Every new order is refused with -2010. */
  rejectOrders = false;
  /** Orders and cancels are carried out, but answered with 504 and -1007: the outcome is unknown to the client. */
  timeoutOrders = false;
  /** Answers to orders and cancels come that much later than their events; 0 is off. */
  ackDelayNs = 0;

  /** The next `count` frames to this connection vanish. */
  dropFrames(session: ClientSession, count: number): void {
    session.connection.dropNext += count;
  }

  /** The next `count` frames to this connection come twice. */
  duplicateFrames(session: ClientSession, count: number): void {
    session.connection.copyNext += count;
  }

  /** The connection goes silent in both directions without being closed. */
  halfOpen(session: ClientSession): void {
    session.connection.halfOpen = true;
  }
}
