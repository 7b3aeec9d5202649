/** The lines between a venue and this host. A frame's channel tells the codec what it holds. */
export const Channel = { MARKET: 0, REST: 1, ORDERS: 2, ORDER_REST: 3 } as const;
export type Channel = (typeof Channel)[keyof typeof Channel];

/** What a gateway gives to the trading thread. No call but `onNotice` comes from within a call of the gateway. */
export interface GatewayListener {
  /** One whole message. `instrumentIndex` says which instrument a REST answer is about; 0 on streams. The bytes are valid during the call. */
  onFrame(channel: Channel, instrumentIndex: number, bytes: Uint8Array, lengthBytes: number): void;
  /** A line became usable, or was lost. */
  onLine(channel: Channel, isUp: boolean): void;
  /** For the log: something that a person should know, and what the gateway does about it. */
  onNotice(level: "info" | "warn" | "error", text: string): void;
}

/** One venue's sessions behind one interface. */
export interface Gateway {
  start(): void;
  /** Sends one encoded order request. False when the line is not usable: nothing has left. */
  sendOrder(bytes: Uint8Array, offsetBytes: number, lengthBytes: number): boolean;
  /** Asks for a book snapshot; it arrives as a frame on Channel.REST. Asking again while one is under way does nothing. */
  requestSnapshot(instrumentIndex: number): void;
  /** The answer to a request of the session itself (logon and the like), as the codec understood it. */
  onSessionReply(requestId: number, status: number, errorCode: number): void;
  /** The venue announced that it will close: reconnect now. */
  onServerShutdown(): void;
  stop(): void;
}

/** Request ids below this are the gateway's own; orders start here. */
export const ORDER_REQUEST_ID_FIRST = 1000;
