/** What a line of a recording came by: the market data socket, or an answer to a request for a snapshot. */
export type TapChannel = "market" | "rest";

export interface TapListener {
  /** One whole message as it was received. The bytes are valid during the call. */
  onFrame(channel: TapChannel, bytes: Uint8Array, lengthBytes: number): void;
  /** The line is open, and its subscriptions are made. */
  onUp(): void;
  /** The line is lost, or what came on it has a gap and it is made anew. Another attempt follows by itself. */
  onDown(reason: string): void;
  onNotice(level: "info" | "warn" | "error", text: string): void;
}

/** Public market data of one venue as they arrive, without a key. What is missing is asked for again, until `stop`. */
export interface MarketTap {
  start(): void;
  stop(): void;
}
