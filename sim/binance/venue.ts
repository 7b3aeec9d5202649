import { createRng } from "../market/index.ts";
import type { Balance } from "../market/index.ts";
import {
  CLOSE_ABNORMAL,
  CLOSE_GOING_AWAY,
  CLOSE_POLICY,
  Latency,
  NO_LATENCY,
  TaskQueue,
} from "../wire/index.ts";
import type { VenueSink } from "../wire/index.ts";
import { AccountTexts } from "./account-text.ts";
import { ADDRESS_LIMITS } from "./address-limits.ts";
import type { AddressLimits } from "./address-limits.ts";
import { ApiSession } from "./api-session.ts";
import type { ApiContext } from "./api-session.ts";
import { Authenticator } from "./authenticator.ts";
import { ClientSession } from "./client-session.ts";
import { VenueClock } from "./clock.ts";
import { parseTarget } from "./connect-target.ts";
import type { ConnectTarget } from "./connect-target.ts";
import { Connection } from "./connection.ts";
import type { InfoLimits } from "./exchange-info.ts";
import { VenueFaults } from "./faults.ts";
import { createOperations } from "./operations.ts";
import { VenueRegistry } from "./registry.ts";
import { handleRest } from "./rest.ts";
import type { RestContext, RestRequest, RestResponse } from "./rest.ts";
import { SessionSet } from "./session-set.ts";
import { StreamHub } from "./stream-hub.ts";
import { StreamSession } from "./stream-session.ts";
import { SymbolVenue, openLedger } from "./symbol-venue.ts";
import { UserDataHub } from "./user-data-hub.ts";
import { ExecutionIds } from "./user-reporter.ts";
import { ACCOUNT_LIMITS } from "./venue-account.ts";
import type { VenueAccount } from "./venue-account.ts";
import type { VenueOptions } from "./venue-options.ts";
import { STANDARD_FEES, Wallet } from "./wallet.ts";
import type { FeeRates } from "./wallet.ts";

/** Whether a connection attempt was let in; if not, with which HTTP status. */
export type ConnectOutcome =
  | { readonly ok: true; readonly session: ClientSession }
  | { readonly ok: false; readonly status: number };

const CONNECT_WEIGHT = 2;
const SHUTDOWN_GRACE_NS = 10_000_000_000;

/**
 * Binance Spot, as far as the simulation goes: market streams, REST and WebSocket API over one market for each symbol.
 * It has no socket and no clock. Whoever drives it passes session times (nanoseconds, never falling) and calls `advance`
 * when `nextNs` has come; a socket server and a backtest do this in the same way. Whoever reacts to frames must advance
 * from `nextNs` to `nextNs`: a message with a time before what has been played counts as sent now.
 */
export class BinanceVenue {
  readonly faults: VenueFaults = new VenueFaults();
  readonly clock: VenueClock;
  readonly #options: VenueOptions;
  readonly #authenticator: Authenticator;
  readonly #streams = new StreamHub();
  readonly #users: UserDataHub;
  readonly #symbols: readonly SymbolVenue[];
  readonly #wallet: Wallet;
  readonly #registry: VenueRegistry;
  readonly #sessions: SessionSet;
  readonly #tasks = new TaskQueue();
  readonly #latencyIn: Latency;
  readonly #latencyOut: Latency;
  readonly #api: ApiContext & RestContext;
  #nowNs = 0;
  #advancing = false;
  #nextConnectionId = 1;

  constructor(options: VenueOptions) {
    this.#options = options;
    this.faults.queryDelayNs = options.queryDelayNs ?? 0;
    this.clock = new VenueClock(options.sessionStartMs);
    this.#sessions = new SessionSet(options.keepAlive ?? true);
    const random = createRng(options.seed ?? 1);
    this.#latencyIn = new Latency(options.latencyIn ?? NO_LATENCY, random);
    this.#latencyOut = new Latency(options.latencyOut ?? NO_LATENCY, random);
    this.#authenticator = new Authenticator(options.keys, this.clock, this.faults);
    this.#users = new UserDataHub(this.clock);
    const fees = options.fees ?? STANDARD_FEES;
    const accountLimits = { ...ACCOUNT_LIMITS, ...options.accountLimits };
    const addressLimits = { ...ADDRESS_LIMITS, ...options.addressLimits };
    const registry = new VenueRegistry(accountLimits, addressLimits);
    this.#registry = registry;
    const account = (id: number): VenueAccount => registry.account(id);
    const ledgers = options.symbols.map((symbol) => openLedger(symbol, fees));
    const assets = new Set(options.symbols.flatMap(({ spec }) => [spec.baseAsset, spec.quoteAsset]));
    this.#wallet = new Wallet(ledgers, [...assets]);
    const shared = { clock: this.clock, streams: this.#streams, users: this.#users, wallet: this.#wallet };
    const context = { ...shared, executionIds: new ExecutionIds(), account };
    this.#symbols = options.symbols.map((symbol, index) => {
      return new SymbolVenue(symbol, ledgers[index] ?? openLedger(symbol, fees), context);
    });
    this.#api = {
      clock: this.clock,
      authenticator: this.#authenticator,
      users: this.#users,
      operations: this.#operations(fees, { ...addressLimits, ...accountLimits }),
      account,
      limits: (address) => registry.address(address),
    };
  }

  /** Session time up to which the venue has been played. */
  get nowNs(): number {
    return this.#nowNs;
  }

  /** When `advance` has something to do next; Infinity when nothing is left to happen by itself. */
  get nextNs(): number {
    let nextNs = Math.min(this.#tasks.nextNs, this.#sessions.nextNs);
    for (const symbol of this.#symbols) if (symbol.nextNs < nextNs) nextNs = symbol.nextNs;
    return nextNs;
  }

  /** Whether messages or answers are still on their way inside the venue. */
  get busy(): boolean {
    return this.#tasks.nextNs !== Infinity;
  }

  /** The connections that are open now. */
  get sessions(): readonly ClientSession[] {
    return [...this.#sessions.all];
  }

  /** One symbol's market and orders. Throws a RangeError for a symbol that the venue does not have. */
  symbol(name: string): SymbolVenue {
    const found = this.#symbols.find((symbol) => symbol.spec.symbol === name);
    if (found === undefined)
      throw new RangeError(`The venue has no symbol ${name}; give it in options.symbols.`);
    return found;
  }

  /** An account's balance in one asset, exponent -16. */
  balance(account: number, asset: string): Balance {
    return this.#wallet.balance(account, asset);
  }

  /** Plays everything due up to `untilNs`: market, messages, answers, pings. */
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

  /**
   * A message of the real venue that a symbol follows has arrived: a frame of its combined streams, or a depth snapshot. Throws an Error where the symbol
   * follows none, and for what cannot be read.
   */
  follow(symbol: string, bytes: Uint8Array, nowNs: number): void {
    this.advance(nowNs);
    this.symbol(symbol).follow(bytes, this.#nowNs);
    this.#users.flush();
  }

  /** A client connects to `path`, for instance `/stream?streams=btcusdt@trade` or `/ws-api/v3`. */
  connect(path: string, sink: VenueSink, nowNs: number, address = "127.0.0.1"): ConnectOutcome {
    const target = parseTarget(path);
    if (target === null) return { ok: false, status: 404 };
    this.advance(nowNs);
    const nowMs = this.clock.ms(this.#nowNs);
    const limits = this.#registry.address(address);
    if (this.faults.refuseConnections) return { ok: false, status: 503 };
    if (limits.banned(nowMs)) return { ok: false, status: 418 };
    if (!limits.connect(nowMs)) return { ok: false, status: 429 };
    if (target.kind === "ws-api") {
      const limited = limits.charge(nowMs, CONNECT_WEIGHT);
      if (limited !== null) return { ok: false, status: limited.status };
    }
    const session = this.#open(target, sink, address, limits);
    if (session.stream?.subscribe(target.streams) === false) {
      this.#end(session);
      return { ok: false, status: 400 };
    }
    this.#sessions.add(session);
    return { ok: true, session };
  }

  /** A text frame has left the client. */
  receive(session: ClientSession, text: string, nowNs: number): void {
    this.#arrive(session, nowNs, (atNs) => this.#message(session, text, atNs));
  }

  /** A ping frame has left the client; on stream connections it counts as a message. The pong is the transport's. */
  receivePing(session: ClientSession, nowNs: number): void {
    this.#arrive(session, nowNs, (atNs) => this.#admit(session, atNs));
  }

  /** A pong frame has left the client. */
  receivePong(session: ClientSession, payload: string, nowNs: number): void {
    this.#arrive(session, nowNs, (atNs) => {
      session.connection.pong(payload);
      this.#admit(session, atNs);
    });
  }

  /** The client has closed its connection, or it has broken. */
  disconnect(session: ClientSession): void {
    session.connection.abandon();
    this.#end(session);
  }

  /** A REST request leaves the client; `reply` is called with the session time at which the answer is back. */
  rest(request: RestRequest, nowNs: number, reply: (response: RestResponse, dueNs: number) => void): void {
    const sentNs = Math.max(nowNs, this.#nowNs);
    this.#schedule(sentNs + this.#latencyIn.sampleNs(), sentNs, (atNs) => {
      const response = handleRest(request, atNs, this.#api);
      this.#settle(atNs);
      this.#users.flush();
      reply(response, atNs + this.#latencyOut.sampleNs());
    });
  }

  /** Announces the end to all connections and closes them ten seconds later, unless told otherwise. */
  shutdown(nowNs: number, graceNs: number = SHUTDOWN_GRACE_NS): void {
    this.advance(nowNs);
    // Whoever connects from now on is connected to another server.
    const told = [...this.#sessions.all];
    for (const session of told) session.sendShutdown(this.#nowNs, this.clock);
    this.#tasks.add(this.#nowNs + graceNs, (atNs) => {
      for (const session of told)
        if (!session.connection.closed) this.#close(session, CLOSE_GOING_AWAY, "Server shutdown", atNs);
    });
  }

  /** Revokes a key. Sessions logged on with it are told at their next request. */
  revokeKey(apiKey: string): void {
    this.#authenticator.revoke(apiKey);
  }

  /** Fault: every address that has been met is out of weight (429), or banned (418), until that epoch time; 0 ends it. */
  limitAddresses(untilMs: number, kind: "WEIGHT" | "BAN"): void {
    for (const address of this.#registry.addresses) {
      if (kind === "BAN") address.banUntil(untilMs);
      else address.limitUntil(untilMs);
    }
  }

  /** Fault: a frame of any text to this connection. */
  inject(session: ClientSession, text: string, nowNs: number): void {
    session.connection.send(text, Math.max(nowNs, this.#nowNs));
  }

  /** Fault: the connection breaks at once, without a close frame. */
  cut(session: ClientSession, nowNs: number): void {
    this.#close(session, CLOSE_ABNORMAL, "", Math.max(nowNs, this.#nowNs));
  }

  #step(nowNs: number): void {
    this.#nowNs = nowNs;
    for (const symbol of this.#symbols) {
      if (symbol.nextNs > nowNs) continue;
      symbol.advance(nowNs);
      this.#users.flush();
    }
    this.#tasks.runDue(nowNs);
    this.#sessions.run(nowNs, this.clock, (session) => this.#end(session));
  }

  #arrive(session: ClientSession, nowNs: number, run: (atNs: number) => void): void {
    if (session.connection.closed || session.connection.halfOpen) return;
    const sentNs = Math.max(nowNs, this.#nowNs);
    session.lastInNs = Math.max(session.lastInNs, sentNs + this.#latencyIn.sampleNs());
    this.#schedule(session.lastInNs, sentNs, (atNs) => {
      if (!session.connection.closed && !session.connection.halfOpen) run(atNs);
    });
  }

  /** Without latency a message is carried out before the call returns. */
  #schedule(dueNs: number, nowNs: number, run: (atNs: number) => void): void {
    this.#tasks.add(dueNs, run);
    if (dueNs <= nowNs) this.advance(nowNs);
  }

  #message(session: ClientSession, text: string, nowNs: number): void {
    if (!this.#admit(session, nowNs)) return;
    const { connection, stream, api } = session;
    if (stream !== null) {
      const outcome = stream.control(text);
      if ("violation" in outcome) this.#close(session, CLOSE_POLICY, outcome.violation, nowNs);
      else connection.send(outcome.reply, nowNs);
      return;
    }
    if (api === null) return;
    const reply = api.handle(text, nowNs);
    this.#settle(nowNs);
    const delayNs = reply.aboutOrder ? this.faults.ackDelayNs : 0;
    if (reply.aboutOrder && this.faults.loseAnswers) {
      this.#users.flush();
      return;
    }
    if (delayNs > 0) this.#tasks.add(nowNs + delayNs, (atNs) => connection.send(reply.text, atNs));
    else if (this.#options.eventsFirst !== true) connection.send(reply.text, nowNs);
    this.#users.flush();
    if (delayNs === 0 && this.#options.eventsFirst === true) connection.send(reply.text, nowNs);
    if (this.#registry.address(connection.address).banned(this.clock.ms(nowNs))) {
      this.#close(session, CLOSE_POLICY, "IP banned", nowNs);
    }
  }

  /** Counts a message of a stream connection; the sixth in a second costs the connection, and repeated, the address. */
  #admit(session: ClientSession, nowNs: number): boolean {
    if (session.stream === null || session.rate.accept(nowNs)) return true;
    this.#registry.address(session.connection.address).offend(this.clock.ms(nowNs));
    this.#close(session, CLOSE_POLICY, "Too many requests", nowNs);
    return false;
  }

  #settle(nowNs: number): void {
    for (const symbol of this.#symbols) symbol.commandDone(nowNs);
  }

  #open(target: ConnectTarget, sink: VenueSink, address: string, limits: AddressLimits): ClientSession {
    const id = this.#nextConnectionId;
    this.#nextConnectionId += 1;
    const connection = new Connection(
      id,
      target.kind,
      address,
      target.micros,
      sink,
      this.#latencyOut,
      this.#nowNs,
    );
    if (target.kind === "ws-api") {
      return new ClientSession(
        connection,
        null,
        new ApiSession(connection, target.showLimits, limits, this.#api),
      );
    }
    return new ClientSession(connection, new StreamSession(connection, target.combined, this.#streams), null);
  }

  #close(session: ClientSession, code: number, reason: string, nowNs: number): void {
    session.connection.close(code, reason, nowNs);
    this.#end(session);
  }

  #end(session: ClientSession): void {
    session.stream?.clear();
    this.#users.forget(session.connection);
    this.#sessions.delete(session);
  }

  #operations(fees: FeeRates, limits: InfoLimits): ReturnType<typeof createOperations> {
    return createOperations({
      clock: this.clock,
      symbols: new Map(this.#symbols.map((symbol) => [symbol.spec.symbol, symbol])),
      accounts: new AccountTexts(this.#wallet, fees, this.clock),
      limits,
      faults: this.faults,
    });
  }
}
