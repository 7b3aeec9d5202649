import type { SessionPorts } from "../../host/execution/gateways/index.ts";
import { ReconnectingSession } from "../../host/execution/gateways/reconnecting-session.ts";
import type { CancelTimer, RestAnswer } from "../../host/platform/index.ts";
import type { MarketTap, TapListener } from "./market-tap.ts";

/** Where the public streams and their snapshots are. */
export interface BinanceTapAddresses {
  readonly streamUrl: string;
  readonly restUrl: string;
}

const STREAMS = ["depth@100ms", "bookTicker", "trade"];
/** The deepest snapshot there is: 250 of the 6,000 request weight of a minute. */
const SNAPSHOT_LEVELS = 5000;
const RETRY_NS = 2e9;
const OK = 200;
/** The head of a depth frame is its first 200 bytes, of a snapshot its first 40. */
const HEAD_BYTES = 200;

/**
 * One symbol's depth, best bid and offer and trades, and a snapshot of its book: with the first depth update, after each gap in the
 * update ids, and again while one is older than the updates before it.
 *
 * | state    | depth update          | a gap  | snapshot, new enough | snapshot, too old | line lost |
 * |----------|-----------------------|--------|----------------------|-------------------|-----------|
 * | BARE     | ASKING                | -      | -                    | -                 | BARE      |
 * | ASKING   | -                     | (down) | SYNCED               | again after 2 s   | BARE      |
 * | SYNCED   | -                     | ASKING | -                    | -                 | BARE      |
 */
export class BinanceTap implements MarketTap {
  private readonly symbol: string;
  private readonly addresses: BinanceTapAddresses;
  private readonly ports: SessionPorts;
  private readonly listener: TapListener;
  private readonly session: ReconnectingSession;
  private state: "BARE" | "ASKING" | "SYNCED" = "BARE";
  /** U of the first update since the line came up or the gap. */
  private firstId = 0;
  private lastId = 0;
  private attempt = 0;
  private cancelTimer: CancelTimer | null = null;

  constructor(symbol: string, addresses: BinanceTapAddresses, ports: SessionPorts, listener: TapListener) {
    this.symbol = symbol;
    this.addresses = addresses;
    this.ports = ports;
    this.listener = listener;
    const streams = STREAMS.map((stream) => `${symbol.toLowerCase()}@${stream}`);
    this.session = new ReconnectingSession(
      `${addresses.streamUrl}/stream?streams=${streams.join("/")}`,
      ports,
      {
        onOpen: () => {
          listener.onUp();
        },
        onMessage: (bytes, lengthBytes) => {
          listener.onFrame("market", bytes, lengthBytes);
          this.follow(bytes, lengthBytes);
        },
        onDown: (reason) => {
          this.forget();
          listener.onDown(reason);
        },
      },
    );
  }

  start(): void {
    this.session.start();
  }

  stop(): void {
    this.forget();
    this.session.stop();
  }

  private follow(bytes: Uint8Array, lengthBytes: number): void {
    const head = Buffer.from(bytes.subarray(0, Math.min(lengthBytes, HEAD_BYTES))).toString("latin1");
    const ids = /"U":(\d+),"u":(\d+)/.exec(head);
    if (ids === null) return;
    const [first, last] = [Number(ids[1]), Number(ids[2])];
    const isGap = this.state !== "BARE" && first > this.lastId + 1;
    this.lastId = last;
    if (this.state !== "BARE" && !isGap) return;
    if (isGap)
      this.listener.onNotice("warn", `${this.symbol}: update ids are missing; asking for a snapshot`);
    else this.session.markHealthy();
    this.firstId = first;
    this.ask();
  }

  private ask(): void {
    this.state = "ASKING";
    this.cancelTimer?.();
    this.attempt += 1;
    const { attempt } = this;
    const url = `${this.addresses.restUrl}/api/v3/depth?symbol=${this.symbol}&limit=${SNAPSHOT_LEVELS}`;
    this.ports.wire.get(
      url,
      (answer) => {
        if (attempt === this.attempt) this.answered(answer);
      },
      (reason) => {
        if (attempt === this.attempt) this.askLater(reason, RETRY_NS);
      },
    );
  }

  private answered({ status, retryAfterMs, bytes }: RestAnswer): void {
    if (status !== OK) {
      this.askLater(`status ${status}`, Math.max(RETRY_NS, retryAfterMs * 1e6));
      return;
    }
    this.listener.onFrame("rest", bytes, bytes.length);
    const head = Buffer.from(bytes.subarray(0, HEAD_BYTES)).toString("latin1");
    const id = Number(/"lastUpdateId":(\d+)/.exec(head)?.[1] ?? Number.NaN);
    if (id >= this.firstId - 1) this.state = "SYNCED";
    else this.askLater("it is older than the updates", RETRY_NS);
  }

  private askLater(reason: string, waitNs: number): void {
    this.listener.onNotice(
      "warn",
      `${this.symbol}: no snapshot: ${reason}; asking again in ${Math.round(waitNs / 1e9)} s`,
    );
    this.cancelTimer = this.ports.timers.after(waitNs, () => {
      this.ask();
    });
  }

  private forget(): void {
    this.state = "BARE";
    this.attempt += 1;
    this.cancelTimer?.();
  }
}
