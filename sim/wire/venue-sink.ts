/** Where a connection's outbound side ends: a socket, or a wire inside the process. `dueNs` never falls back. */
export interface VenueSink {
  /** One text frame. Bytes are a view of memory that stays as it is. */
  frame(payload: string | Uint8Array, dueNs: number): void;
  /** A ping frame; the client must answer with the same payload within a minute. */
  ping(payload: string, dueNs: number): void;
  /** The venue closes the connection. Nothing follows. */
  close(code: number, reason: string, dueNs: number): void;
}

/** WebSocket close codes that venues use. */
export const CLOSE_NORMAL = 1000;
export const CLOSE_GOING_AWAY = 1001;
export const CLOSE_POLICY = 1008;
/** No close frame at all: the connection broke. */
export const CLOSE_ABNORMAL = 1006;
