import type { RestCall } from "./rest-call.ts";

/** What a connection tells its owner. Calls come one at a time, in order, never from within `connect` or `send`. */
export interface ConnectionListener {
  onOpen(): void;
  /** One whole message. The bytes are the wire's: valid during the call only. */
  onMessage(bytes: Uint8Array, lengthBytes: number): void;
  /** The other side pinged, or answered a ping: it is alive. */
  onAlive(): void;
  /** Over, for whatever reason. Nothing comes after it. */
  onClose(reason: string): void;
}

export interface Connection {
  /** Sends one text message: `lengthBytes` of `bytes` from `offsetBytes`, copied before the call returns. Returns false when it cannot be sent. */
  send(bytes: Uint8Array, offsetBytes: number, lengthBytes: number): boolean;
  /** Asks the other side to show that it is alive. */
  ping(): void;
  /** Closes; `onClose` follows. */
  close(): void;
}

export interface RestAnswer {
  readonly status: number;
  readonly retryAfterMs: number;
  /** By lower-case name; left out by a wire that has none. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly bytes: Uint8Array;
}

/** The way to venues: WebSocket connections and REST requests. */
export interface Wire {
  connect(url: string, listener: ConnectionListener): Connection;
  /** A GET request. `onAnswer` or `onError` is called, once. */
  get(url: string, onAnswer: (answer: RestAnswer) => void, onError: (reason: string) => void): void;
  /** A request of any kind. `onAnswer` or `onError` is called, once; after `onError` it may have reached the other side. */
  request(call: RestCall, onAnswer: (answer: RestAnswer) => void, onError: (reason: string) => void): void;
}
