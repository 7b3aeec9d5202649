import type { Duplex } from "node:stream";
import type { WebSocket } from "ws";
import type { CoinbaseSink } from "../coinbase/index.ts";
import { CLOSE_ABNORMAL } from "../wire/index.ts";
import type { TaskQueue } from "../wire/index.ts";

/** More than that unread makes a slow consumer: some snapshots of the largest book, 5 MB each. */
const UNREAD_BYTES_MAX = 33_554_432;
const TEXT_FRAME = 0x81;

/** A connection's outbound side on a TLS socket: what is due later waits in the server's outbox. */
export class CoinbaseSocketSink implements CoinbaseSink {
  readonly #outbox: TaskQueue;
  readonly #raw: Duplex;
  readonly #onSlow: () => void;
  #socket: WebSocket | null = null;

  constructor(outbox: TaskQueue, raw: Duplex, onSlow: () => void) {
    this.#outbox = outbox;
    this.#raw = raw;
    this.#onSlow = onSlow;
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
    this.#outbox.add(dueNs, () => {
      this.#socket?.send(payload, { binary: false });
      if (this.bufferedBytes > UNREAD_BYTES_MAX) this.#onSlow();
    });
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

  tear(payload: string, bytes: number, dueNs: number): void {
    this.#outbox.add(dueNs, () => {
      const body = Buffer.from(payload);
      const part = Buffer.concat([frameHeader(body.length), body]).subarray(0, bytes);
      this.#raw.write(part, () => this.#raw.destroy());
    });
  }
}

/** RFC 6455, 5.2: an unmasked text frame in one piece. */
function frameHeader(length: number): Buffer {
  if (length < 126) return Buffer.of(TEXT_FRAME, length);
  const header = Buffer.alloc(length < 65_536 ? 4 : 10);
  header.writeUInt8(TEXT_FRAME, 0);
  header.writeUInt8(length < 65_536 ? 126 : 127, 1);
  if (length < 65_536) header.writeUInt16BE(length, 2);
  else header.writeBigUInt64BE(BigInt(length), 2);
  return header;
}
