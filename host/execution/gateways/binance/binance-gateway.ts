import type { CancelTimer } from "../../../platform/index.ts";
import type { Gateway, GatewayInstrument, GatewayListener } from "../gateway.ts";
import { Channel, lineOf } from "../line.ts";
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
  /** Its place among the lane's venues: the lines that it speaks of follow from it. */
  readonly venueIndex: number;
  readonly addresses: BinanceAddresses;
  readonly instruments: readonly GatewayInstrument[];
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
  private readonly venueIndex: number;
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
    const { addresses, instruments, snapshotLevels, signer, rules, restSigner, venueIndex } = options;
    const { restUrl } = addresses;
    this.venueIndex = venueIndex;
    this.ports = ports;
    this.listener = listener;
    const clock = new VenueClock(ports.clock);
    const desk = new RestDesk(ports, clock);
    const onNotice = (level: "info" | "warn" | "error", text: string): void => listener.onNotice(level, text);
    this.market = new MarketLine(marketUrl(addresses, instruments), ports, this.lineListener(Channel.MARKET));
    this.orders = new OrderLines(
      { url: addresses.wsApiUrl, ports, signer, ids: new SessionIds(), venueMs: () => clock.venueMs() },
      this.lineListener(Channel.ORDERS),
    );
    this.snapshots = new Snapshots({
      desk,
      timers: ports.timers,
      restUrl,
      instruments,
      levels: snapshotLevels,
      onSnapshot: (index, bytes) =>
        listener.onFrame(lineOf(venueIndex, Channel.REST), index, bytes, bytes.length),
      onNotice,
    });
    this.rules = rules === undefined ? null : new RulesCheck(rules, restUrl, desk, ports, onNotice);
    const onChange = (aheadMs: number): void => listener.onVenueClock?.(venueIndex, aheadMs);
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
              if (!this.isStopped)
                listener.onFrame(lineOf(venueIndex, Channel.ORDER_REST), 0, bytes, bytes.length);
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
      this.cancelStart = this.ports.timers.after(0, () =>
        this.listener.onLine(lineOf(this.venueIndex, Channel.ORDER_REST), true),
      );
  }

  sendOrder(bytes: Uint8Array, offsetBytes: number, lengthBytes: number): boolean {
    if (this.restOrders === null || this.orders.isReady)
      return this.orders.send(bytes, offsetBytes, lengthBytes);
    return this.restOrders.send(bytes, offsetBytes, lengthBytes);
  }

  requestSnapshot(instrumentIndex: number): void {
    this.snapshots.request(instrumentIndex);
  }

  resubscribe(channel: Channel): void {
    if (channel === Channel.ORDERS) this.orders.drop();
    else if (channel === Channel.MARKET) this.market.drop();
  }

  onSessionReply(requestId: number, status: number, errorCode: number): void {
    this.orders.onReply(requestId, status, errorCode);
  }

  onServerShutdown(): void {
    this.market.rotate("the venue will shut its server down");
    this.orders.rotate("the venue will shut its server down");
  }

  reconnect(reason: string): void {
    this.listener.onNotice("warn", `binance: ${reason}; reconnecting`);
    this.market.drop();
    this.orders.drop();
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
    const line = lineOf(this.venueIndex, channel);
    return {
      onMessage: (bytes, lengthBytes) => this.listener.onFrame(line, 0, bytes, lengthBytes),
      onReady: () => this.listener.onLine(line, true),
      onDown: () => this.listener.onLine(line, false),
      onNotice: (level, text) => this.listener.onNotice(level, text),
    };
  }
}

function marketUrl({ streamUrl }: BinanceAddresses, instruments: readonly GatewayInstrument[]): string {
  const streams = instruments.flatMap(({ symbol }) => {
    const name = symbol.toLowerCase();
    return [`${name}@depth@100ms`, `${name}@bookTicker`, `${name}@trade`];
  });
  return `${streamUrl}/stream?streams=${streams.join("/")}`;
}
