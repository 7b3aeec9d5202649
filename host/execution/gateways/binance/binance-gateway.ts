import type { CancelTimer } from "../../../platform/index.ts";
import type { Gateway, GatewayListener } from "../gateway.ts";
import { Channel } from "../gateway.ts";
import type { SessionPorts } from "../reconnecting-session.ts";
import { ClockWatch } from "./clock-watch.ts";
import type { LogonSigner } from "./logon.ts";
import type { LineListener } from "./market-line.ts";
import { MarketLine } from "./market-line.ts";
import { OrderLines } from "./order-lines.ts";
import { RestDesk } from "./rest-desk.ts";
import type { RestSigner } from "./rest-order.ts";
import { RestOrders } from "./rest-orders.ts";
import type { ExpectedRules } from "./rules-check.ts";
import { RulesCheck } from "./rules-check.ts";
import { SessionIds } from "./session-ids.ts";
import { Snapshots } from "./snapshots.ts";
import { VenueClock } from "./venue-clock.ts";

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
  readonly addresses: BinanceAddresses;
  /** Venue symbols in the order of instrument indexes. */
  readonly symbols: readonly string[];
  /** Levels a side of a snapshot: 5,000 costs 250 of the 6,000 weight a minute. */
  readonly snapshotLevels: number;
  readonly signer: LogonSigner;
  /** What the venue's rules must be before anybody arms, and with it the watch over its clock. Left out where the venue is this process's own. */
  readonly rules?: ExpectedRules;
  /** Signs orders over REST, for when the order session is down. Left out: they wait for the session. */
  readonly restSigner?: RestSigner;
}

/**
 * Binance Spot: one connection for all market streams, one for orders and account events, REST for snapshots and, where that is wanted,
 * for orders while their session is down.
 */
export class BinanceGateway implements Gateway {
  private readonly ports: SessionPorts;
  private readonly listener: GatewayListener;
  private readonly market: MarketLine;
  private readonly orders: OrderLines;
  private readonly snapshots: Snapshots;
  private readonly rules: RulesCheck | null;
  private readonly clockWatch: ClockWatch | null;
  private readonly restOrders: RestOrders | null;
  private cancelStart: CancelTimer | null = null;
  private isStopped = false;

  constructor(options: BinanceGatewayOptions, ports: SessionPorts, listener: GatewayListener) {
    const { addresses, symbols, snapshotLevels, signer, rules, restSigner } = options;
    const { restUrl } = addresses;
    this.ports = ports;
    this.listener = listener;
    const clock = new VenueClock(ports.clock);
    const desk = new RestDesk(ports, clock);
    const onNotice = (level: "info" | "warn" | "error", text: string): void => listener.onNotice(level, text);
    this.market = new MarketLine(marketUrl(addresses, symbols), ports, this.lineListener(Channel.MARKET));
    this.orders = new OrderLines(
      { url: addresses.wsApiUrl, ports, signer, ids: new SessionIds(), venueMs: () => clock.venueMs() },
      this.lineListener(Channel.ORDERS),
    );
    this.snapshots = new Snapshots({
      desk,
      timers: ports.timers,
      restUrl,
      symbols,
      levels: snapshotLevels,
      onSnapshot: (index, bytes) => listener.onFrame(Channel.REST, index, bytes, bytes.length),
      onNotice,
    });
    this.rules = rules === undefined ? null : new RulesCheck(rules, restUrl, desk, ports, onNotice);
    const onChange = (aheadMs: number): void => listener.onVenueClock?.(aheadMs);
    this.clockWatch =
      rules === undefined ? null : new ClockWatch(clock, desk, ports.timers, restUrl, onChange);
    this.restOrders =
      restSigner === undefined
        ? null
        : new RestOrders({
            desk,
            restUrl,
            signer: restSigner,
            clock,
            onAnswer: (bytes) => {
              if (!this.isStopped) listener.onFrame(Channel.ORDER_REST, 0, bytes, bytes.length);
            },
            onNotice,
          });
  }

  start(): void {
    this.clockWatch?.start();
    this.rules?.start();
    this.market.start();
    this.orders.start();
    if (this.restOrders !== null)
      this.cancelStart = this.ports.timers.after(0, () => this.listener.onLine(Channel.ORDER_REST, true));
  }

  sendOrder(bytes: Uint8Array, offsetBytes: number, lengthBytes: number): boolean {
    if (this.restOrders === null || this.orders.isReady)
      return this.orders.send(bytes, offsetBytes, lengthBytes);
    return this.restOrders.send(bytes, offsetBytes, lengthBytes);
  }

  requestSnapshot(instrumentIndex: number): void {
    this.snapshots.request(instrumentIndex);
  }

  onSessionReply(requestId: number, status: number, errorCode: number): void {
    this.orders.onReply(requestId, status, errorCode);
  }

  onServerShutdown(): void {
    this.market.rotate("the venue will shut its server down");
    this.orders.rotate("the venue will shut its server down");
  }

  /** Events of the account no longer come, and some may have been missed: the line is made anew, and is down in between. */
  onStreamEnd(): void {
    this.listener.onNotice("warn", "binance: the venue ended the stream of account events; reconnecting");
    this.orders.drop();
  }

  measureClock(): void {
    this.clockWatch?.askSoon();
  }

  get armRefusal(): string | null {
    return this.rules?.armRefusal ?? null;
  }

  stop(): void {
    this.isStopped = true;
    this.cancelStart?.();
    this.snapshots.stop();
    this.rules?.stop();
    this.clockWatch?.stop();
    this.market.stop();
    this.orders.stop();
  }

  private lineListener(channel: Channel): LineListener {
    return {
      onMessage: (bytes, lengthBytes) => this.listener.onFrame(channel, 0, bytes, lengthBytes),
      onReady: () => this.listener.onLine(channel, true),
      onDown: () => this.listener.onLine(channel, false),
      onNotice: (level, text) => this.listener.onNotice(level, text),
    };
  }
}

function marketUrl({ streamUrl }: BinanceAddresses, symbols: readonly string[]): string {
  const streams = symbols.flatMap((symbol) => {
    const name = symbol.toLowerCase();
    return [`${name}@depth@100ms`, `${name}@bookTicker`, `${name}@trade`];
  });
  return `${streamUrl}/stream?streams=${streams.join("/")}`;
}
