import { Purses, createRng } from "../market/index.ts";
import type { Balance, Ledger, Terms } from "../market/index.ts";
import { CLOSE_ABNORMAL, CLOSE_POLICY, Latency, NO_LATENCY, TaskQueue } from "../wire/index.ts";
import { Authenticator } from "./authenticator.ts";
import { CancelDesk } from "./cancel-desk.ts";
import { ChannelHub } from "./channel-hub.ts";
import { ClientSession } from "./client-session.ts";
import { VenueClock } from "./clock.ts";
import type { CoinbaseSink } from "./coinbase-sink.ts";
import { Connection } from "./connection.ts";
import type { Endpoint } from "./connection.ts";
import { EditDesk } from "./edit-desk.ts";
import { VenueFaults } from "./faults.ts";
import { FIRST_TIER } from "./fee-rates.ts";
import type { HttpAnswer, HttpRequest } from "./http-answer.ts";
import type { MarketEvent } from "./market-message.ts";
import { OrderEntry } from "./order-entry.ts";
import type { OrderRecord } from "./order-record.ts";
import type { OrderRegistry } from "./order-registry.ts";
import { ProductVenue, openLedger } from "./product-venue.ts";
import { handleRest } from "./rest.ts";
import type { RestContext } from "./rest.ts";
import { createRoutes } from "./routes.ts";
import { SessionKeeper } from "./session-keeper.ts";
import { StreamSession } from "./stream-session.ts";
import { SubscriptionDesk } from "./subscription-desk.ts";
import { TradeDesk } from "./trade-desk.ts";
import type { NewTerms, TradeChange } from "./trade-desk.ts";
import { UserChannel } from "./user-channel.ts";
import { strangeOrderEvents } from "./user-text.ts";
import { VENUE_LIMITS, VenueLimits } from "./venue-limits.ts";
import type { VenueOptions } from "./venue-options.ts";

/** Whether a connection attempt was let in; if not, with which HTTP status. */
export type ConnectOutcome =
  | { readonly ok: true; readonly session: ClientSession }
  | { readonly ok: false; readonly status: number };

/** Order ids come from a generator of their own: latencies must not change them. */
const ID_SEED_OFFSET = 7_919;

/**
 * Coinbase Advanced Trade, as far as the simulation goes: market data and user channels over WebSocket, orders and accounts
 * over REST, one market for each product. It has no socket and no clock. Whoever drives it passes session times
 * (nanoseconds, never falling) and calls `advance` when `nextNs` has come.
 */
export class CoinbaseVenue {
  readonly faults: VenueFaults = new VenueFaults();
  readonly clock: VenueClock;
  readonly purses: Purses = new Purses();
  readonly #products = new Map<string, ProductVenue>();
  readonly #keeper: SessionKeeper;
  readonly #limits: VenueLimits;
  readonly #authenticator: Authenticator;
  readonly #entry: OrderEntry;
  readonly #trades: TradeDesk;
  readonly #users: UserChannel;
  readonly #subscriptions: SubscriptionDesk;
  readonly #rest: RestContext;
  readonly #tasks = new TaskQueue();
  readonly #latencyIn: Latency;
  readonly #latencyOut: Latency;
  #nowNs = 0;
  #advancing = false;

  constructor(options: VenueOptions) {
    const { products, seed = 1, fees = FIRST_TIER } = options;
    const random = createRng(seed);
    const specs = products.map(({ spec }) => spec);
    this.clock = new VenueClock(options.startEpochNs, options.tokenClockMs);
    this.#keeper = new SessionKeeper(this.clock, specs);
    this.#limits = new VenueLimits({ ...VENUE_LIMITS, ...options.limits });
    this.#authenticator = new Authenticator(options.keys, this.clock);
    this.#latencyIn = new Latency(options.latencyIn ?? NO_LATENCY, random);
    this.#latencyOut = new Latency(options.latencyOut ?? NO_LATENCY, random);
    const { clock, faults, purses } = this;
    const sessions = this.#keeper.sessions;
    const heldOf = (record: OrderRecord): bigint => this.#heldOf(record);
    this.#users = new UserChannel(sessions, clock, heldOf);
    const changed = (record: OrderRecord, timeNs: number): void => this.#users.changed(record, timeNs);
    const schedule = (dueNs: number, run: (nowNs: number) => void): void => this.#tasks.add(dueNs, run);
    const product = (productId: string): ProductVenue | null => this.#products.get(productId) ?? null;
    const ids = createRng(seed + ID_SEED_OFFSET);
    this.#entry = new OrderEntry({ clock, faults, fees, random: ids, product, changed, schedule });
    const entry = this.#entry;
    const ledgerOf = (record: OrderRecord): Ledger => this.product(record.product.productId).ledger;
    this.#trades = new TradeDesk({ orders: entry.orders, random: ids, ledger: ledgerOf });
    const shared = { clock, fees, purses, hub: new ChannelHub(sessions), orders: () => entry };
    products.forEach((each, index) => {
      const ledger = openLedger(each.spec, shared, index === 0 ? options.openingBalances : []);
      this.#products.set(each.spec.productId, new ProductVenue(each, ledger, shared));
    });
    const context = { clock, authenticator: this.#authenticator, limits: this.#limits, orders: entry.orders };
    const channels = (productId: string): ProductVenue["channels"] | null =>
      product(productId)?.channels ?? null;
    this.#subscriptions = new SubscriptionDesk({ ...context, users: this.#users, specs, channels });
    const cancels = new CancelDesk({ entry, faults, changed, schedule });
    const edits = new EditDesk(entry);
    const routes = createRoutes({
      clock,
      fees,
      purses,
      faults,
      entry,
      cancels,
      edits,
      heldOf,
      products: this.#products,
    });
    this.#rest = { ...context, faults, routes };
  }

  /** Session time up to which the venue has been played. */
  get nowNs(): number {
    return this.#nowNs;
  }

  /** When `advance` has something to do next; Infinity when nothing is left to happen by itself. */
  get nextNs(): number {
    let nextNs = Math.min(this.#tasks.nextNs, this.#keeper.nextNs);
    for (const product of this.#products.values()) if (product.nextNs < nextNs) nextNs = product.nextNs;
    return nextNs;
  }

  /** Whether messages or answers are still on their way inside the venue. */
  get busy(): boolean {
    return this.#tasks.nextNs !== Infinity;
  }

  /** The connections that are open now. */
  get sessions(): readonly ClientSession[] {
    return [...this.#keeper.sessions];
  }

  /** All products. */
  get products(): readonly ProductVenue[] {
    return [...this.#products.values()];
  }

  /** All client orders. */
  get orders(): OrderRegistry {
    return this.#entry.orders;
  }

  /** One product's market and ledger. Throws a RangeError for a product that the venue does not have. */
  product(productId: string): ProductVenue {
    const found = this.#products.get(productId);
    if (found === undefined)
      throw new RangeError(`The venue has no product ${productId}; give it in options.products.`);
    return found;
  }

  /** An account's balance in one currency, exponent -16. */
  balance(account: number, currency: string): Balance {
    return this.purses.balance(account, currency);
  }

  /** Plays everything due up to `untilNs`: markets, messages, answers, heartbeats. */
  advance(untilNs: number): void {
    if (this.#advancing) return;
    this.#advancing = true;
    try {
      for (let nextNs = this.nextNs; nextNs <= untilNs; nextNs = this.nextNs)
        this.#step(Math.max(nextNs, this.#nowNs));
      this.#nowNs = Math.max(this.#nowNs, untilNs);
    } finally {
      this.#advancing = false;
    }
  }

  /** An event of the real venue that a product follows has arrived. Throws an Error where it follows none, and for what cannot be read. */
  follow(event: MarketEvent, nowNs: number): void {
    this.advance(nowNs);
    this.product(event.productId).follow(event, this.#nowNs);
    this.#users.flush();
  }

  /** A client connects to one of the two sockets. */
  connect(endpoint: Endpoint, sink: CoinbaseSink, nowNs: number, address = "127.0.0.1"): ConnectOutcome {
    this.advance(nowNs);
    if (this.faults.refuseConnections) return { ok: false, status: 503 };
    const limit = this.#limits.ofConnections(address);
    if (!limit.take(this.clock.ms(this.#nowNs))) return { ok: false, status: 429 };
    const connection = new Connection(endpoint, address, sink, this.#latencyOut, this.#nowNs);
    const session = new ClientSession(connection, new StreamSession(connection, this.clock));
    this.#keeper.add(session);
    return { ok: true, session };
  }

  /** A text frame has left the client. */
  receive(session: ClientSession, text: string, nowNs: number): void {
    const { connection } = session;
    if (connection.closed || connection.halfOpen) return;
    const sentNs = Math.max(nowNs, this.#nowNs);
    session.lastInNs = Math.max(session.lastInNs, sentNs + this.#latencyIn.sampleNs());
    this.#schedule(session.lastInNs, sentNs, (atNs) => {
      if (!connection.closed && !connection.halfOpen) this.#subscriptions.handle(session, text, atNs);
    });
  }

  /** The client has closed its connection, or it has broken. */
  disconnect(session: ClientSession): void {
    session.connection.abandon();
    this.#keeper.sessions.delete(session);
  }

  /** The client does not read fast enough: the venue closes, as it does with slow consumers. */
  dropSlowConsumer(session: ClientSession, nowNs: number): void {
    this.#close(session, CLOSE_POLICY, "ErrSlowConsume", nowNs);
  }

  /**
   * A REST request leaves the client. `reply` is called with the session time at which the answer is back; null stands for a
   * connection that breaks without one.
   */
  rest(request: HttpRequest, nowNs: number, reply: (answer: HttpAnswer | null, dueNs: number) => void): void {
    const sentNs = Math.max(nowNs, this.#nowNs);
    this.#schedule(sentNs + this.#latencyIn.sampleNs(), sentNs, (atNs) => {
      const { answer, changesOrders } = handleRest(request, atNs, this.#rest);
      this.#settle(atNs);
      const delayNs = changesOrders ? this.faults.answerDelayNs : 0;
      reply(answer, atNs + delayNs + this.#latencyOut.sampleNs());
    });
  }

  /** Revokes a key. What is subscribed to already goes on. */
  revokeKey(name: string): void {
    this.#authenticator.revoke(name);
  }

  /** Fault: the connection breaks at once, without a close frame. */
  cut(session: ClientSession, nowNs: number): void {
    this.#close(session, CLOSE_ABNORMAL, "", nowNs);
  }

  /** Fault: the clock that judges tokens is that far ahead, or behind. */
  skewClock(aheadMs: number): void {
    this.clock.skewMs = aheadMs;
  }

  /** Fault: a message of a channel that does not exist, numbered like any other. */
  unknownMessage(session: ClientSession, nowNs: number): void {
    session.stream.send("weather_reports", `[{"type":"update","reports":[]}]`, Math.max(nowNs, this.#nowNs));
  }

  /** Fault: the user channel tells of a filled order that the account never sent. */
  strangeOrder(session: ClientSession, productId: string, nowNs: number): void {
    const atNs = Math.max(nowNs, this.#nowNs);
    session.stream.send("user", strangeOrderEvents(productId, this.clock.micros(atNs)), atNs);
  }

  /** Fault: the trade that is `back` before the newest is undone, of those that can be. False where there is none. */
  bust(back: number, nowNs: number): boolean {
    return this.#changeTrade(() => null, back, nowNs);
  }

  /**
   * Fault: such a trade keeps that percentage of its size, by whole increments and one at least, and its price gets that many increments better for the
   * older order of the two. No price is beyond the limit of a client's order.
   */
  correct(back: number, percent: number, increments: number, nowNs: number): boolean {
    const newTerms = ({ price, quantity }: Terms, { product, side }: OrderRecord): Terms => {
      const better = side === 1 ? -increments : increments;
      const kept = Math.floor((quantity * percent) / 100 / product.baseIncrement);
      return {
        price: Math.max(price + better * product.priceIncrement, product.priceIncrement),
        quantity: Math.max(kept, 1) * product.baseIncrement,
      };
    };
    return this.#changeTrade(newTerms, back, nowNs);
  }

  /** The trades that were undone or corrected, oldest first. */
  /** See TradeDesk.newestMax. */
  set changeableTradesMax(count: number) {
    this.#trades.newestMax = count;
  }

  get tradeChanges(): readonly TradeChange[] {
    return this.#trades.changes;
  }

  #changeTrade(newTerms: NewTerms, back: number, nowNs: number): boolean {
    const change = this.#trades.possible(newTerms)[back];
    if (change === undefined) return false;
    this.#trades.carryOut(change, Math.max(nowNs, this.#nowNs));
    return true;
  }

  #step(nowNs: number): void {
    this.#nowNs = nowNs;
    for (const product of this.#products.values()) {
      if (product.nextNs <= nowNs) product.advance(nowNs);
    }
    this.#users.flush();
    if (this.#tasks.runDue(nowNs)) this.#settle(nowNs);
    this.#keeper.run(nowNs);
  }

  /** Without latency a message is carried out before the call returns. */
  #schedule(dueNs: number, nowNs: number, run: (atNs: number) => void): void {
    this.#tasks.add(dueNs, run);
    if (dueNs <= nowNs) this.advance(nowNs);
  }

  #settle(nowNs: number): void {
    for (const product of this.#products.values()) product.commandDone(nowNs);
    this.#users.flush();
  }

  #close(session: ClientSession, code: number, reason: string, nowNs: number): void {
    session.connection.close(code, reason, Math.max(nowNs, this.#nowNs));
    this.#keeper.sessions.delete(session);
  }

  #heldOf(record: OrderRecord): bigint {
    const product = this.#products.get(record.product.productId);
    return product === undefined || record.leg === null ? 0n : product.ledger.held(record.leg);
  }
}
