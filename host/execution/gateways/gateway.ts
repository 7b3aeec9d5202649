import type { Channel } from "./line.ts";

/**
 * What a gateway gives to the trading thread; `line` is `lineOf` the gateway's venue index and the channel. No call but `onNotice` comes
 * from within a call of the gateway.
 */
export interface GatewayListener {
  /**
   * One whole message, however long. `instrumentIndex` says which instrument of the lane a REST answer is about; 0 on streams. The bytes are
   * valid during the call.
   */
  onFrame(line: number, instrumentIndex: number, bytes: Uint8Array, lengthBytes: number): void;
  /** A line became usable, or was lost. A line that was subscribed anew was lost in between, also where its socket stayed. */
  onLine(line: number, isUp: boolean): void;
  /** A venue's clock has been measured, and is so many milliseconds ahead of this host's; negative: behind. */
  onVenueClock?(venueIndex: number, aheadMs: number): void;
  /**
   * Whether the new order of a replace may leave, whose cancel was taken: asked once, at that moment, for it was approved before the cancel left. True: it is counted as leaving
   * now. False: it is over, and nobody waits for an answer to its request.
   */
  onSecondHalf(requestId: number): boolean;
  /** For the log: something that a person should know, and what the gateway does about it. */
  onNotice(level: "info" | "warn" | "error", text: string): void;
}

/** One venue's sessions behind one interface. `test/support/gateway-contract.ts` says what each must do. */
export interface Gateway {
  start(): void;
  /** Sends one encoded order request. False when the line is not usable: nothing has left. */
  sendOrder(bytes: Uint8Array, offsetBytes: number, lengthBytes: number): boolean;
  /** Asks for a book snapshot; it arrives as a frame on Channel.REST. Asking again while one is under way does nothing. */
  requestSnapshot(instrumentIndex: number): void;
  /** What came on a line is not whole any more: the line goes down and comes up again, its subscriptions renewed. */
  resubscribe(channel: Channel): void;
  /** The answer to a request of the session itself (logon and the like), as the codec understood it. */
  onSessionReply(requestId: number, status: number, errorCode: number): void;
  /** The venue announced that it will close: make new connections before it does. */
  onServerShutdown(): void;
  /** Drops every line; they come back by themselves. For what their messages have meant to a codec that is gone: its successor begins at a beginning. */
  reconnect(reason: string): void;
  /** The venue ended the stream of account events: what came since is unknown. */
  onStreamEnd?(): void;
  /** The venue refused a time stamp: measure its clock. */
  measureClock?(): void;
  /** Why nobody may arm, or null. */
  readonly armRefusal?: string | null;
  stop(): void;
}

/** An instrument as a gateway asks for it: the venue's symbol, and its number in the lane. */
export interface GatewayInstrument {
  readonly instrumentIndex: number;
  readonly symbol: string;
}

/** Request ids below this are the gateway's own; orders start here. */
export const ORDER_REQUEST_ID_FIRST = 1000;
