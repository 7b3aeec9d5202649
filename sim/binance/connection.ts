import { CLOSE_NORMAL, CLOSE_POLICY } from "../wire/index.ts";
import type { Latency, VenueSink } from "../wire/index.ts";

/** Market streams, or requests with user data. */
export type ConnectionKind = "stream" | "ws-api";

const SECOND_NS = 1_000_000_000;
/** The venue pings every 20 s, closes after a minute without pong, and ends each connection after 24 h. */
export const PING_INTERVAL_NS: number = 20 * SECOND_NS;
export const PONG_TIMEOUT_NS: number = 60 * SECOND_NS;
export const CONNECTION_LIFE_NS: number = 24 * 3_600 * SECOND_NS;

/**
 * One client connection: outbound order and latency, ping and pong, age, and the faults of this connection.
 *
 * | fault       | effect                                                          |
 * |-------------|-----------------------------------------------------------------|
 * | `dropNext`  | that many outbound frames vanish                                |
 * | `copyNext`  | that many outbound frames come twice                            |
 * | `halfOpen`  | nothing passes either way any more, and nobody is told          |
 */
export class Connection {
  readonly id: number;
  readonly kind: ConnectionKind;
  readonly address: string;
  readonly connectedNs: number;
  readonly micros: boolean;
  dropNext = 0;
  copyNext = 0;
  halfOpen = false;
  readonly #sink: VenueSink;
  readonly #latency: Latency;
  #closed = false;
  #lastDueNs = 0;
  #nextPingNs: number;
  /** When the oldest ping that nobody has answered was sent; -1: all are answered. */
  #unansweredNs = -1;
  #pingPayload = "";

  constructor(
    id: number,
    kind: ConnectionKind,
    address: string,
    micros: boolean,
    sink: VenueSink,
    latency: Latency,
    nowNs: number,
  ) {
    this.id = id;
    this.kind = kind;
    this.address = address;
    this.micros = micros;
    this.connectedNs = nowNs;
    this.#sink = sink;
    this.#latency = latency;
    this.#nextPingNs = nowNs + PING_INTERVAL_NS;
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** Sends a frame at `nowNs`; it arrives a drawn latency later, never before an earlier one. */
  send(payload: string | Uint8Array, nowNs: number): void {
    this.#deliver(payload, nowNs + this.#latency.sampleNs());
  }

  /** Sends a recorded frame: its time is the one at which a client received it, so no latency is added. */
  replay(payload: Uint8Array, receivedNs: number): void {
    this.#deliver(payload, receivedNs);
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

  /** A pong; one with another payload than the last ping's does not count. */
  pong(payload: string): void {
    if (payload === this.#pingPayload) this.#unansweredNs = -1;
  }

  /** When `keepAlive` has to be called next. */
  get keepAliveDueNs(): number {
    if (this.#closed) return Infinity;
    const deathNs = this.#unansweredNs < 0 ? Infinity : this.#unansweredNs + PONG_TIMEOUT_NS;
    return Math.min(this.#nextPingNs, deathNs, this.connectedNs + CONNECTION_LIFE_NS);
  }

  /** Pings, or closes what is too old or has not answered for a minute. */
  keepAlive(nowNs: number, stampMs: number): void {
    if (nowNs >= this.connectedNs + CONNECTION_LIFE_NS) {
      this.close(CLOSE_NORMAL, "24 hours are over", nowNs);
      return;
    }
    if (this.#unansweredNs >= 0 && nowNs >= this.#unansweredNs + PONG_TIMEOUT_NS) {
      this.close(CLOSE_POLICY, "Pong timeout", nowNs);
      return;
    }
    if (nowNs < this.#nextPingNs) return;
    this.#nextPingNs = nowNs + PING_INTERVAL_NS;
    this.#pingPayload = String(stampMs);
    if (this.#unansweredNs < 0) this.#unansweredNs = nowNs;
    if (!this.halfOpen) this.#sink.ping(this.#pingPayload, this.#due(nowNs));
  }

  #deliver(payload: string | Uint8Array, arrivalNs: number): void {
    if (this.#closed || this.halfOpen) return;
    if (this.dropNext > 0) {
      this.dropNext -= 1;
      return;
    }
    this.#sink.frame(payload, this.#inOrder(arrivalNs));
    if (this.copyNext > 0) {
      this.copyNext -= 1;
      this.#sink.frame(payload, this.#lastDueNs);
    }
  }

  #due(nowNs: number): number {
    return this.#inOrder(nowNs + this.#latency.sampleNs());
  }

  /** Nothing overtakes: what would arrive before an earlier frame arrives with it. */
  #inOrder(arrivalNs: number): number {
    this.#lastDueNs = Math.max(this.#lastDueNs, arrivalNs);
    return this.#lastDueNs;
  }
}
