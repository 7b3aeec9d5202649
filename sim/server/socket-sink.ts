import type { WebSocket } from "ws";
import { CLOSE_ABNORMAL } from "../wire/index.ts";
import type { TaskQueue, VenueSink } from "../wire/index.ts";

/** A connection's outbound side on a socket: what is due later waits in the server's outbox. */
export class SocketSink implements VenueSink {
  readonly #outbox: TaskQueue;
  #socket: WebSocket | null = null;

  constructor(outbox: TaskQueue) {
    this.#outbox = outbox;
  }

  /** The handshake is done. Frames made before it are still in the outbox. */
  attach(socket: WebSocket): void {
    this.#socket = socket;
  }

  /** Bytes that the socket has not taken yet. */
  get bufferedBytes(): number {
    return this.#socket?.bufferedAmount ?? 0;
  }

  frame(payload: string | Uint8Array, dueNs: number): void {
    this.#outbox.add(dueNs, () => this.#socket?.send(payload, { binary: false }));
  }

  ping(payload: string, dueNs: number): void {
    this.#outbox.add(dueNs, () => this.#socket?.ping(payload));
  }

  close(code: number, reason: string, dueNs: number): void {
    this.#outbox.add(dueNs, () => {
      if (code === CLOSE_ABNORMAL) this.#socket?.terminate();
      else this.#socket?.close(code, reason);
    });
  }
}
