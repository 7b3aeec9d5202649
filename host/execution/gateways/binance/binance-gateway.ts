import type { CancelTimer, RestAnswer } from "../../../platform/index.ts";
import type { Gateway, GatewayInstrument, GatewayListener } from "../gateway.ts";
import { Channel, lineOf } from "../line.ts";
import type { SessionPorts } from "../reconnecting-session.ts";
import { ReconnectingSession } from "../reconnecting-session.ts";
import type { LogonSigner } from "./logon.ts";
import { OrderLine } from "./order-line.ts";

/** Where the venue is, and what is traded there. */
export interface BinanceAddresses {
  /** `wss://stream.binance.com:9443` in production. */
  readonly streamUrl: string;
  /** `wss://ws-api.binance.com:443/ws-api/v3` in production. */
  readonly wsApiUrl: string;
  /** `https://api.binance.com` in production. */
  readonly restUrl: string;
}

export interface BinanceGatewayOptions {
  /** Its place among the lane's venues: the lines that it speaks of follow from it. */
  readonly venueIndex: number;
  readonly addresses: BinanceAddresses;
  readonly instruments: readonly GatewayInstrument[];
  /** Levels a side of a snapshot: 5,000 costs 250 of the 6,000 weight a minute. */
  readonly snapshotLevels: number;
  readonly signer: LogonSigner;
}

/** Between two tries for the same snapshot. */
const SNAPSHOT_RETRY_NS = 1e9;

/** Binance Spot: one connection for all market streams, one for orders and account events, REST for snapshots. */
export class BinanceGateway implements Gateway {
  private readonly options: BinanceGatewayOptions;
  private readonly ports: SessionPorts;
  private readonly listener: GatewayListener;
  private readonly market: ReconnectingSession;
  private readonly orders: OrderLine;
  private readonly snapshotsUnderWay = new Set<number>();
  private readonly retries = new Set<CancelTimer>();
  private isStopped = false;

  constructor(options: BinanceGatewayOptions, ports: SessionPorts, listener: GatewayListener) {
    this.options = options;
    this.ports = ports;
    this.listener = listener;
    this.market = this.makeMarketSession();
    this.orders = this.makeOrderLine();
  }

  start(): void {
    this.market.start();
    this.orders.start();
  }

  sendOrder(bytes: Uint8Array, offsetBytes: number, lengthBytes: number): boolean {
    return this.orders.send(bytes, offsetBytes, lengthBytes);
  }

  requestSnapshot(instrumentIndex: number): void {
    const symbol = this.symbolOf(instrumentIndex);
    if (symbol === undefined)
      throw new Error(
        `binance: no instrument number ${instrumentIndex}; ${this.options.instruments.length} are configured`,
      );
    if (this.isStopped || this.snapshotsUnderWay.has(instrumentIndex)) return;
    this.snapshotsUnderWay.add(instrumentIndex);
    const url = `${this.options.addresses.restUrl}/api/v3/depth?symbol=${symbol}&limit=${this.options.snapshotLevels}`;
    this.ports.wire.get(
      url,
      (answer) => {
        this.onSnapshot(instrumentIndex, answer);
      },
      (reason) => {
        this.retrySnapshot(instrumentIndex, SNAPSHOT_RETRY_NS, reason);
      },
    );
  }

  resubscribe(channel: Channel): void {
    if (channel === Channel.ORDERS) this.orders.drop();
    else if (channel === Channel.MARKET) this.market.drop();
  }

  onSessionReply(requestId: number, status: number, errorCode: number): void {
    this.orders.onReply(requestId, status, errorCode);
  }

  onServerShutdown(): void {
    this.listener.onNotice(
      "warn",
      "binance: the venue announced a shutdown of its connections; reconnecting",
    );
    this.market.drop();
    this.orders.drop();
  }

  stop(): void {
    this.isStopped = true;
    for (const cancel of this.retries) cancel();
    this.market.stop();
    this.orders.stop();
  }

  private line(channel: Channel): number {
    return lineOf(this.options.venueIndex, channel);
  }

  private symbolOf(instrumentIndex: number): string | undefined {
    return this.options.instruments.find((known) => known.instrumentIndex === instrumentIndex)?.symbol;
  }

  private onSnapshot(instrumentIndex: number, answer: RestAnswer): void {
    if (this.isStopped) return;
    if (answer.status !== 200) {
      const waitNs = Math.max(answer.retryAfterMs * 1e6, SNAPSHOT_RETRY_NS);
      this.retrySnapshot(instrumentIndex, waitNs, `status ${answer.status}`);
      return;
    }
    this.snapshotsUnderWay.delete(instrumentIndex);
    this.listener.onFrame(this.line(Channel.REST), instrumentIndex, answer.bytes, answer.bytes.length);
  }

  private retrySnapshot(instrumentIndex: number, waitNs: number, reason: string): void {
    if (this.isStopped) return;
    this.listener.onNotice(
      "warn",
      `binance: no snapshot of ${this.symbolOf(instrumentIndex) ?? "?"}: ${reason}; trying again in ${(waitNs / 1e9).toFixed(1)} s`,
    );
    const cancel = this.ports.timers.after(waitNs, () => {
      this.retries.delete(cancel);
      this.snapshotsUnderWay.delete(instrumentIndex);
      this.requestSnapshot(instrumentIndex);
    });
    this.retries.add(cancel);
  }

  private makeMarketSession(): ReconnectingSession {
    const streams = this.options.instruments.flatMap(({ symbol }) => {
      const name = symbol.toLowerCase();
      return [`${name}@depth@100ms`, `${name}@bookTicker`, `${name}@trade`];
    });
    const url = `${this.options.addresses.streamUrl}/stream?streams=${streams.join("/")}`;
    return new ReconnectingSession(url, this.ports, {
      onOpen: () => {
        this.market.markHealthy();
        this.listener.onLine(this.line(Channel.MARKET), true);
      },
      onMessage: (bytes, lengthBytes) => {
        this.listener.onFrame(this.line(Channel.MARKET), 0, bytes, lengthBytes);
      },
      onDown: (reason) => {
        this.listener.onNotice("warn", `binance: market stream lost: ${reason}`);
        this.listener.onLine(this.line(Channel.MARKET), false);
      },
    });
  }

  private makeOrderLine(): OrderLine {
    return new OrderLine(this.options.addresses.wsApiUrl, this.ports, this.options.signer, {
      onMessage: (bytes, lengthBytes) => {
        this.listener.onFrame(this.line(Channel.ORDERS), 0, bytes, lengthBytes);
      },
      onReady: () => {
        this.listener.onLine(this.line(Channel.ORDERS), true);
      },
      onDown: (reason) => {
        this.listener.onNotice("warn", `binance: order session lost: ${reason}`);
        this.listener.onLine(this.line(Channel.ORDERS), false);
      },
      onNotice: (level, text) => {
        this.listener.onNotice(level, text);
      },
    });
  }
}
