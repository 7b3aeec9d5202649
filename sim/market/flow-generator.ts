import { FairValue } from "./fair-value.ts";
import { LiveOrders } from "./live-orders.ts";
import { createRng } from "./rng.ts";
import type { Rng } from "./rng.ts";
import type { Level, Market, NewOrder, OrderType, Side, TimeInForce } from "./types.ts";

/** All but market and seed have defaults, which resemble BTCUSDT. Mantissas have exponent -8. */
export interface FlowOptions {
  readonly market: Market;
  readonly seed: number;
  /** 0. When the book is laid out. */
  readonly startNs?: number;
  /** 60,000.00. */
  readonly openingPrice?: number;
  /** 0.01. */
  readonly tickSize?: number;
  /** 0.00001. */
  readonly stepSize?: number;
  /** 200 commands in calm times; 500 on average, up to five times as many in busy ones. */
  readonly commandsPerSecond?: number;
  /** 800 orders kept near each side, on some 300 to 700 levels. */
  readonly ordersPerSide?: number;
  /** 4,000 ticks: how far behind the best price orders are placed. */
  readonly depthTicks?: number;
  /** 120 ticks, 1.20 for one root second: lasting moves. */
  readonly driftPerRootSecond?: number;
  /** 200 ticks: moves that revert within seconds. */
  readonly swingPerRootSecond?: number;
}

const FLOW_DEFAULTS: Required<Omit<FlowOptions, "market" | "seed">> = {
  startNs: 0,
  openingPrice: 6_000_000_000_000,
  tickSize: 1_000_000,
  stepSize: 1_000,
  commandsPerSecond: 200,
  ordersPerSide: 800,
  depthTicks: 4_000,
  driftPerRootSecond: 120,
  swingPerRootSecond: 200,
};

const NS_PER_SECOND = 1e9;
const SWING_SECONDS = 5;
const ACTIVITY_SECONDS = 4;
// Shares of commands: what is neither taking nor placing cancels.
const TAKING_SHARE = 0.08;
const TOUCH_SHARE = 0.35;
const TOUCH_TICKS = 4;
const CANCEL_DRAWS = 6;
// How far the value must stand from the middle of the book until takers are (nearly) of one mind.
const LEAN_TICKS = 60;
const LEAN_MAX = 0.45;
// Sizes in steps: scale / (u + scale / greatest) has a heavy tail, about half of all below twice the scale.
const TAKING_STEPS = 250;
const TAKING_STEPS_MAX = 300_000;
const PLACING_STEPS = 1_000;
const PLACING_STEPS_MAX = 300_000;
// Each burst of activity breeds 0.6 of itself, hence a mean activity of 2.5; one take in ten excites, so bursts are few
// and large. Above 1 the flow would stay at its greatest activity for ever.
const BREEDING = 0.6;
const EXCITING_SHARE = 0.1;

/**
 * Anonymous order flow around a drifting value: a deep two-sided book, makers that follow the value and cancel what has
 * become stale, takers that lean towards it, heavy-tailed sizes, and activity in clusters. The same seed and the same
 * commands of others at the same times give the same flow.
 */
export class FlowGenerator {
  /** Time of the next command. */
  nextNs: number;
  private readonly settings: Required<FlowOptions>;
  private readonly rng: Rng;
  private readonly value: FairValue;
  private readonly bids = new LiveOrders();
  private readonly asks = new LiveOrders();
  private readonly request = new FlowRequest();
  private readonly bidEdge: (ticks: number) => number;
  private readonly askEdge: (ticks: number) => number;
  private readonly excitement: number;
  private laidOut = false;

  constructor(options: FlowOptions) {
    this.settings = { ...FLOW_DEFAULTS, ...options };
    this.rng = createRng(options.seed);
    this.value = new FairValue(this.rng, {
      openingTicks: Math.round(this.settings.openingPrice / this.settings.tickSize),
      driftPerRootSecond: this.settings.driftPerRootSecond,
      swingPerRootSecond: this.settings.swingPerRootSecond,
      swingSeconds: SWING_SECONDS,
      activitySeconds: ACTIVITY_SECONDS,
    });
    this.nextNs = this.settings.startNs;
    const excitingPerSecond = this.settings.commandsPerSecond * TAKING_SHARE * EXCITING_SHARE;
    this.excitement = BREEDING / (excitingPerSecond * ACTIVITY_SECONDS);
    // A maker loses its edge as the value comes to its price; among orders with edge all are alike.
    this.bidEdge = (ticks) => Math.min(0, this.value.ticks - ticks);
    this.askEdge = (ticks) => Math.min(0, ticks - this.value.ticks);
  }

  /** Gives all commands due up to and including that time; returns how many there were. */
  advance(untilNs: number): number {
    let count = 0;
    while (this.nextNs <= untilNs) {
      count += this.step(this.nextNs);
      const seconds = this.rng.nextExponential() / (this.settings.commandsPerSecond * this.value.activity);
      this.value.advance(seconds);
      this.nextNs += Math.max(1, Math.round(seconds * NS_PER_SECOND));
    }
    return count;
  }

  private step(timeNs: number): number {
    if (!this.laidOut) return this.layOut(timeNs);
    const side: Side = this.rng.nextUint32() < 0x80000000 ? 1 : 2;
    const live = side === 1 ? this.bids : this.asks;
    const kind = this.rng.nextUnit();
    if (kind < TAKING_SHARE) this.take(timeNs);
    // The fuller the side, the more of its commands cancel: at its full number placing and cancelling balance.
    else if (this.rng.nextUnit() * 2 * this.settings.ordersPerSide >= live.size) this.place(side, timeNs);
    else this.cancel(side, live, timeNs);
    return 1;
  }

  private layOut(timeNs: number): number {
    for (let order = 0; order < this.settings.ordersPerSide; order += 1) {
      this.place(1, timeNs);
      this.place(2, timeNs);
    }
    this.laidOut = true;
    return 2 * this.settings.ordersPerSide;
  }

  private take(timeNs: number): void {
    const lean = (this.value.ticks - this.middleTicks()) / LEAN_TICKS;
    const buying = 0.5 + Math.max(-LEAN_MAX, Math.min(LEAN_MAX, lean));
    const side: Side = this.rng.nextUnit() < buying ? 1 : 2;
    this.send(side, "MARKET", "IOC", 0, this.steps(TAKING_STEPS, TAKING_STEPS_MAX), timeNs);
    if (this.rng.nextUnit() < EXCITING_SHARE) this.value.excite(this.excitement * this.rng.nextExponential());
  }

  /** Orders near the best price join or improve it; the others lie behind the value, most of them close. */
  private place(side: Side, timeNs: number): void {
    const { market, tickSize } = this.settings;
    const away = side === 1 ? -1 : 1;
    const own = market.best(side);
    const opposite = market.best(side === 1 ? 2 : 1);
    let ticks = this.placeTicks(own, side, away);
    // A maker does not take: behind the other side's best price. The value itself moves on by takers and cancels.
    if (opposite !== null) {
      const limit = Math.round(opposite.price / tickSize) + away;
      ticks = side === 1 ? Math.min(ticks, limit) : Math.max(ticks, limit);
    }
    ticks = Math.max(1, ticks);
    const quantity = this.steps(PLACING_STEPS, PLACING_STEPS_MAX);
    const orderId = this.send(side, "LIMIT_MAKER", "GTC", ticks, quantity, timeNs);
    if (orderId !== 0) (side === 1 ? this.bids : this.asks).add(orderId, ticks);
  }

  private placeTicks(own: Level | null, side: Side, away: number): number {
    const { depthTicks, tickSize } = this.settings;
    const value = this.value.ticks;
    const u = this.rng.nextUnit();
    // At first there is no touch to join: the opening book would be a wall that takes half a minute to trade away.
    if (own === null || !this.laidOut || this.rng.nextUnit() >= TOUCH_SHARE) {
      return Math.round(value) + away * (1 + Math.floor(u * u * depthTicks));
    }
    const ticks = Math.round(own.price / tickSize) + away * (Math.floor(u * (TOUCH_TICKS + 1)) - 1);
    return side === 1 ? Math.min(ticks, Math.floor(value)) : Math.max(ticks, Math.ceil(value));
  }

  private cancel(side: Side, live: LiveOrders, timeNs: number): void {
    const edge = side === 1 ? this.bidEdge : this.askEdge;
    while (live.size > 0) {
      const orderId = live.takeLeast(this.rng, CANCEL_DRAWS, edge);
      if (this.settings.market.cancel(orderId, timeNs, null) !== null) return;
    }
  }

  private middleTicks(): number {
    const { market, tickSize } = this.settings;
    const bid = market.best(1)?.price ?? this.value.ticks * tickSize;
    const ask = market.best(2)?.price ?? this.value.ticks * tickSize;
    return (bid + ask) / (2 * tickSize);
  }

  private steps(scale: number, greatest: number): number {
    return Math.ceil(scale / (this.rng.nextUnit() + scale / greatest));
  }

  /** The id of the accepted order, or 0. */
  private send(
    side: Side,
    type: OrderType,
    timeInForce: TimeInForce,
    ticks: number,
    steps: number,
    timeNs: number,
  ): number {
    const { request, settings } = this;
    request.side = side;
    request.type = type;
    request.timeInForce = timeInForce;
    request.price = ticks * settings.tickSize;
    request.quantity = steps * settings.stepSize;
    const result = settings.market.submit(request, timeNs);
    return result.ok ? result.order.orderId : 0;
  }
}

class FlowRequest implements NewOrder {
  readonly account = 0;
  readonly clientOrderId = "";
  side: Side = 1;
  type: OrderType = "LIMIT_MAKER";
  timeInForce: TimeInForce = "GTC";
  price = 0;
  quantity = 0;
}
