import type { IncomingMessage, ServerResponse } from "node:http";

/** Where an API is served. */
export interface ApiAddress {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
}

/** A request to speak WebSocket from now on. */
export interface UpgradeRequest {
  readonly path: string;
  /** The other side's address, as the socket has it. */
  readonly remote: string;
  readonly hostHeader: string;
  readonly authorization: string | undefined;
}

/** One WebSocket, from the side that serves it. */
export interface EventSocket {
  /** Bytes that the other side has not taken yet. */
  readonly bufferedBytes: number;
  send(text: string): void;
  ping(): void;
  /** `code`: 1000 to 4999. What is still buffered is given some seconds, then dropped. */
  close(code: number, reason: string): void;
}

export interface EventSocketListener {
  onMessage(text: string): void;
  /** A pong came. */
  onAlive(): void;
  /** Once, whoever closed. */
  onClose(): void;
}

/** An upgrade is accepted by making a listener for its socket, or refused with an answer. */
export type UpgradeDecision =
  | { readonly accept: (socket: EventSocket) => EventSocketListener }
  | { readonly status: number; readonly contentType: string; readonly body: string };

/** Who answers. */
export interface ApiHandlers {
  onRequest(request: IncomingMessage, response: ServerResponse): void;
  onUpgrade(request: UpgradeRequest): UpgradeDecision;
}

export interface ApiServer {
  readonly port: number;
  /** Ends every connection. */
  close(): Promise<void>;
}

/** Accepts the connections of an API; what is said on them is its handlers' business. */
export interface ApiListener {
  /** Rejects when the address cannot be had. */
  listen(address: ApiAddress, handlers: ApiHandlers): Promise<ApiServer>;
}
