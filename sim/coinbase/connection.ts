import type { Latency } from "../wire/index.ts";
import type { CoinbaseSink } from "./coinbase-sink.ts";

/** Which of the venue's two sockets: market data with all channels, or the user's own. */
export type Endpoint = "marketData" | "user";

/**
 * One client connection: order and latency of what goes out, and the faults of this connection.
 *
 * | fault            | effect                                                          |
 * |------------------|-----------------------------------------------------------------|
 * | `dropNext`       | that many frames vanish                                         |
 * | `copyNext`       | that many frames come twice                                     |
 * | `swapNext`       | of that many pairs of frames the second comes first             |
 * | `extraDelayNs`   | frames come that much later                                     |
 * | `tearAfterBytes` | the next frame breaks off there, and the connection with it     |
 * | `halfOpen`       | nothing passes either way any more, and nobody is told          |
 */
export class Connection {
  readonly endpoint: Endpoint;
  readonly address: string;
  readonly connectedNs: number;
  dropNext = 0;
  copyNext = 0;
  swapNext = 0;
  extraDelayNs = 0;
  tearAfterBytes: number | null = null;
  halfOpen = false;
  /** When the last frame was sent: what is silent for too long is closed. */
  lastSentNs: number;
  readonly #sink: CoinbaseSink;
  readonly #latency: Latency;
  #closed = false;
  #lastDueNs = 0;
  #held: string | null = null;

  constructor(endpoint: Endpoint, address: string, sink: CoinbaseSink, latency: Latency, nowNs: number) {
    this.endpoint = endpoint;
    this.address = address;
    this.connectedNs = nowNs;
    this.lastSentNs = nowNs;
    this.#sink = sink;
    this.#latency = latency;
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** Sends a frame at `nowNs`; it arrives a drawn latency later, never before an earlier one. */
  send(payload: string, nowNs: number): void {
    this.lastSentNs = nowNs;
    if (this.#closed || this.halfOpen) return;
    if (this.dropNext > 0) {
      this.dropNext -= 1;
      return;
    }
    const dueNs = this.#due(nowNs);
    if (this.tearAfterBytes !== null) {
      this.#closed = true;
      this.#sink.tear(payload, this.tearAfterBytes, dueNs);
      return;
    }
    if (this.swapNext > 0 && this.#held === null) {
      this.#held = payload;
      return;
    }
    this.#deliver(payload, dueNs);
    if (this.#held === null) return;
    this.swapNext -= 1;
    this.#deliver(this.#held, dueNs);
    this.#held = null;
  }

  /** Closes from the venue's side. A half-open connection is closed without a word. */
  close(code: number, reason: string, nowNs: number): void {
    if (this.#closed) return;
    this.#closed = true;
    if (!this.halfOpen) this.#sink.close(code, reason, this.#due(nowNs));
  }

  /** The client has gone: nothing more is sent. */
  abandon(): void {
    this.#closed = true;
  }

  #deliver(payload: string, dueNs: number): void {
    this.#sink.frame(payload, dueNs);
    if (this.copyNext === 0) return;
    this.copyNext -= 1;
    this.#sink.frame(payload, dueNs);
  }

  /** Nothing overtakes: what would arrive before an earlier frame arrives with it. */
  #due(nowNs: number): number {
    this.#lastDueNs = Math.max(this.#lastDueNs, nowNs + this.extraDelayNs + this.#latency.sampleNs());
    return this.#lastDueNs;
  }
}
