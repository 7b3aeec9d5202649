import type { ClientSession } from "./client-session.ts";
import { BACKEND_TIMEOUT, UNEXPECTED_RESPONSE } from "./refusal.ts";
import type { Refusal } from "./refusal.ts";

/** Faults of the venue and of its connections, switched by whoever drives the simulation. */
export class VenueFaults {
  /** Every new order is refused with -2010. */
  rejectOrders = false;
  /** Orders and cancels are carried out, but answered with 504 and -1007: the outcome is unknown to the client. */
  timeoutOrders = false;
  /** The same with 500 and -1006. */
  failOrders = false;
  /** Orders and cancels are carried out and never answered. */
  loseAnswers = false;
  /** Answers to orders and cancels come that much later than their events; 0 is off. */
  ackDelayNs = 0;
  /** Queries show orders as they were that long ago: the venue answers them from a cache; 0 is off. */
  queryDelayNs = 0;
  /** New connections are refused with 503. */
  refuseConnections = false;
  /** Keys are as good as unknown: logons and signed requests are refused with -2015. */
  refuseKeys = false;

  /** What stands in the place of an order's answer while outcomes are kept from the client; null: the answer itself. */
  outcomeUnknown(): Refusal | null {
    if (this.timeoutOrders) return BACKEND_TIMEOUT;
    return this.failOrders ? UNEXPECTED_RESPONSE : null;
  }

  /** Switches off what lasts. */
  clear(): void {
    this.rejectOrders = false;
    this.timeoutOrders = false;
    this.failOrders = false;
    this.loseAnswers = false;
    this.ackDelayNs = 0;
    this.queryDelayNs = 0;
    this.refuseConnections = false;
    this.refuseKeys = false;
  }

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
