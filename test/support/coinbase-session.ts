import { COINBASE_ADDRESSES, CoinbaseWire } from "../../cli/simulation/coinbase-wire.ts";
import { KeyTokens } from "../../cli/simulation/key-tokens.ts";
import { pluginBytes } from "../../tools/plugin-kit/index.ts";
import { venueKinds } from "../../host/control/venue-kind.ts";
import { TradingSession } from "../../host/control/trading-session.ts";
import { FeedKind } from "../../host/data/feeds/index.ts";
import { CoinbaseGateway } from "../../host/execution/gateways/index.ts";
import type { Channel, TokenSigner } from "../../host/execution/gateways/index.ts";
import { createInstrument } from "../../host/execution/orders/index.ts";
import { rearmOrder, TradingMode } from "../../host/execution/risk/index.ts";
import type { BuiltLane, LaneConfiguration } from "../../host/lane/index.ts";
import { buildLane } from "../../host/lane/index.ts";
import { SeededRandom, VirtualClock, VirtualTimers } from "../../host/platform/index.ts";
import type { ClientSession } from "../../sim/coinbase/index.ts";
import { CoinbaseVenue } from "../../sim/coinbase/index.ts";
import { coinbaseOptions } from "../../sim/server/index.ts";
import type { CoinbaseMarketOptions } from "../../sim/server/index.ts";
import { keyName, privatePem, signToken, tokenParts, TRADER } from "../sim/coinbase/keys.ts";
import { TEST_MARKET } from "../sim/coinbase/venue-driver.ts";
import { puppetConfiguration, venuePlacement } from "./lane-under-test.ts";
import { order, puppetModules } from "./puppet-plugins.ts";
import { passTime } from "./pass-time.ts";
import { ScriptedJournal } from "./scripted-journal.ts";

const TICK = 1_000_000;
const TIMER = 50;
/** Small enough that the snapshots of the generated markets come in parts. */
const PART_BYTES = 4_096;
const EPOCH = 7;

/** The puppets' lane at Coinbase: BTC-USD and ETH-USD. */
export function coinbaseConfiguration(
  epoch: number = EPOCH,
  startWallMs = 0,
  isAsked = false,
): LaneConfiguration {
  const base = puppetConfiguration();
  const { asking, canBeAsked } = venueKinds.coinbase;
  const ways = isAsked && asking !== undefined ? { canBeAsked, asking } : {};
  const instruments = ["BTC-USD", "ETH-USD"].map((symbol, index) =>
    createInstrument({
      ...{ instrumentId: index + 1, symbol, venueIndex: 0, kind: "spot" },
      ...{ priceExponent: -8, sizeExponent: -8, quoteExponent: -8, contractMultiplier: 1 },
      ...{ tickSize: TICK, lotSize: 1, minQuantity: 1, maxQuantity: 1e12, minNotional: 1e8, version: 1 },
      baseAssetId: index === 0 ? 1 : 3,
      quoteAssetId: 2,
    }),
  );
  return {
    ...base,
    instruments,
    assets: ["BTC", "USD", "ETH"].map((code, index) => ({ assetId: index + 1, code, exponent: -8 })),
    venues: [
      venuePlacement("coinbase", "coinbase", { feed: FeedKind.SEQUENCED, partBytes: PART_BYTES, ...ways }),
    ],
    epoch,
    startWallMs,
  };
}

export interface CoinbaseSessionOptions extends Partial<CoinbaseMarketOptions> {
  /** Boot epoch; that of an earlier session's successor is higher. */
  readonly epoch?: number;
  /** A venue that another session has traded at. */
  readonly venue?: CoinbaseVenue;
  /** How long after the venue's session time 0 this host starts. */
  readonly startNs?: number;
  /** The host asks the venue what it holds, as a configured one does. */
  readonly isAsked?: boolean;
  readonly signer?: (made: TokenSigner) => TokenSigner;
}

/** A whole host at a simulated Coinbase, both in this process and virtual time: venue, wire, gateway, session, lane, codec; agents are puppets. */
export class CoinbaseSession {
  readonly venue: CoinbaseVenue;
  readonly built: BuiltLane;
  readonly session: TradingSession;
  readonly gateway: CoinbaseGateway;
  readonly journal: ScriptedJournal = new ScriptedJournal();
  readonly notices: string[] = [];
  /** Every frame that reached the session. */
  readonly frames: (readonly [line: number, text: string])[] = [];
  private readonly clock: VirtualClock;
  private readonly timers: VirtualTimers;
  private readonly wire: CoinbaseWire;
  private makerOrders = 0;

  private constructor(
    modules: ReadonlyMap<string, Uint8Array>,
    { epoch = EPOCH, venue, signer, startNs = 0, isAsked = false, ...market }: CoinbaseSessionOptions,
  ) {
    this.venue = venue ?? new CoinbaseVenue(coinbaseOptions({ ...TEST_MARKET, ...market }, null));
    const startWallMs = this.venue.clock.ms(0);
    this.clock = new VirtualClock(startWallMs);
    this.clock.set(startNs);
    this.timers = new VirtualTimers(this.clock);
    this.wire = new CoinbaseWire(this.venue, this.clock);
    this.built = buildLane(coinbaseConfiguration(epoch, startWallMs, isAsked), modules, this.journal);
    const { clock, timers } = this;
    const onNotice = (level: string, text: string): void => void this.notices.push(`${level}: ${text}`);
    this.session = new TradingSession({ built: this.built, clock, stopwatch: clock, timers, onNotice });
    const tokens = new KeyTokens(keyName("trader"), privatePem("trader"), () => clock.wallMs());
    this.gateway = new CoinbaseGateway(
      {
        addresses: COINBASE_ADDRESSES,
        venueIndex: 0,
        instruments: ["BTC-USD", "ETH-USD"].map((symbol, instrumentIndex) => ({ instrumentIndex, symbol })),
        signer: signer?.(tokens) ?? tokens,
      },
      { wire: this.wire, timers, clock, random: new SeededRandom(1) },
      {
        onFrame: (line, instrument, bytes, length) => {
          this.frames.push([line, Buffer.from(bytes.subarray(0, length)).toString("latin1")]);
          this.session.onFrame(line, instrument, bytes, length);
        },
        onLine: (line, isUp) => this.session.onLine(line, isUp),
        onSecondHalf: (requestId) => this.session.onSecondHalf(requestId),
        onNotice,
      },
    );
  }

  /** Started, armed, both lines up. */
  static async open(options: CoinbaseSessionOptions = {}): Promise<CoinbaseSession> {
    const modules = new Map(await puppetModules());
    modules.set("coinbase", await pluginBytes("coinbase"));
    const made = new CoinbaseSession(modules, options);
    made.session.start([made.gateway]);
    if (options.isAsked === true) made.pass(3);
    made.arm();
    made.pass(3);
    return made;
  }

  arm(): void {
    this.session.rearm(TradingMode.ACTIVE, rearmOrder("a tester", "a test"));
  }

  get nowNs(): number {
    return this.clock.nowNs;
  }

  isUp(channel: Channel): boolean {
    return this.session.lineUp[channel] === 1;
  }

  /** The venue's end of the host's socket. */
  peer(endpoint: ClientSession["connection"]["endpoint"]): ClientSession {
    const found = this.venue.sessions.find(({ connection }) => connection.endpoint === endpoint);
    if (found === undefined) throw new Error(`the host has no connection to ${endpoint}`);
    return found;
  }

  /** Lets time pass, at the venue, on the wire, and at the host. */
  pass(seconds: number): void {
    const { venue, wire, timers, clock } = this;
    passTime({ venue, wire, timers, clock }, seconds);
  }

  /** Has an agent ask for what the records say, at the next second, and lets it pass. */
  act(records: readonly Uint8Array[], agent = "one", seconds = 1.5): void {
    const slot = this.built.slots.find(({ name }) => name === agent);
    if (slot === undefined) throw new Error(`no slot ${agent}`);
    order(slot, { records, template: TIMER });
    this.pass(seconds);
  }

  /** Has the other account at the venue place a limit order, which rests or trades. */
  maker(side: "BUY" | "SELL", price: string, size: string): void {
    this.place("maker", side, price, size);
  }

  /** Somebody else trades on the host's account. */
  askAsAnother(side: "BUY" | "SELL", price: string, size: string): void {
    this.place("trader", side, price, size);
  }

  private place(account: "maker" | "trader", side: "BUY" | "SELL", price: string, size: string): void {
    this.makerOrders += 1;
    const url = "/api/v3/brokerage/orders";
    const parts = tokenParts(account, this.clock.wallMs(), `POST api.coinbase.com${url}`);
    const body = {
      client_order_id: `${account}-${this.nowNs}-${this.makerOrders}`,
      ...{ product_id: "BTC-USD", side },
      order_configuration: { limit_limit_gtc: { base_size: size, limit_price: price, post_only: false } },
    };
    const headers = { host: "api.coinbase.com", authorization: `Bearer ${signToken(account, parts)}` };
    const call = {
      method: "POST",
      path: url,
      query: "",
      headers,
      body: JSON.stringify(body),
      address: account,
    };
    this.venue.rest(call, this.nowNs, (answer) => {
      if (answer?.body.includes('"success":true') !== true) throw new Error(answer?.body ?? "no answer");
    });
  }

  /** Slot of the newest order of an agent with this tag, or -1. */
  slotOf(tag: number): number {
    const { columns } = this.built.orders;
    return columns.tag.lastIndexOf(tag);
  }

  /** What the lane believes of an order. */
  orderOf(tag: number): { readonly status: number; readonly cumQty: number; readonly reason: number } {
    const slot = this.slotOf(tag);
    const { status, cumQty, reason } = this.built.orders.columns;
    return { status: status[slot] ?? 0, cumQty: cumQty[slot] ?? 0, reason: reason[slot] ?? 0 };
  }

  /** The account's position in an instrument, size mantissa. */
  position(instrument = 0): number {
    const { positions } = this.built;
    return positions.quantity[positions.accountRow * positions.instrumentCount + instrument] ?? Number.NaN;
  }

  /** The account's purse at the venue, exponent -16. */
  purse(currency: string): { readonly free: bigint; readonly locked: bigint } {
    return this.venue.balance(TRADER, currency);
  }

  stop(): void {
    this.session.stop();
  }
}
