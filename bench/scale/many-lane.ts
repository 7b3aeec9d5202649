import {
  IntentAction,
  OrderIntent,
  OrderType,
  RequestReply,
  Side,
  TimeInForce,
} from "../../abi/host/index.ts";
import type { Configuration, InstrumentConfiguration } from "../../host/control/configuration-shape.ts";
import { NullJournal } from "../../host/control/null-journal.ts";
import { Channel } from "../../host/execution/gateways/index.ts";
import { rearmOrder, TradingMode } from "../../host/execution/risk/index.ts";
import type { BuiltLane } from "../../host/lane/index.ts";
import { ControlAction, EffectKind, LaneCounter } from "../../host/lane/index.ts";
import { benchLane, defaultSetup } from "../lane/index.ts";
import { OrderHash } from "../lane/order-hash.ts";
import { ManyLoops, ORDERS_A_STEP } from "./many-loops.hot.ts";
import { ManyMarkets, symbolOf } from "./many-market.ts";

const MANY = 1_000_000;
const DAY_SECONDS = 86_400;
const HUGE = "20000000";
const MANTISSA_MAX = 9e15;
/** 131,072 slots: an eighth of them may be open, which is more than 10,000. */
const ORDER_CAPACITY = 131_072;
const MIDDLE = 10_000_000_000;
const TICK = 1_000_000;
const QUANTITY = 10_000_000;
const STATUS_OK = 200;

/** A lane of many instruments, armed, whose books are live and whose one agent only publishes. */
export class ManyLane {
  readonly built: BuiltLane;
  readonly loops: ManyLoops;
  readonly markets: ManyMarkets;
  readonly hash: OrderHash = new OrderHash();
  /** Memory of its arrays and of its plugins. */
  readonly megabytes: number;
  private readonly reply = new Int32Array(RequestReply.blockLength >> 2);

  private constructor(built: BuiltLane, instrumentCount: number, megabytes: number) {
    this.built = built;
    this.megabytes = megabytes;
    this.markets = new ManyMarkets(instrumentCount);
    this.loops = new ManyLoops(
      built.lane,
      instrumentCount,
      intentTerms(),
      Float64Array.of(MIDDLE, TICK, QUANTITY),
    );
  }

  static async build(instrumentCount: number): Promise<ManyLane> {
    const before = heldBytes();
    const setup = { ...defaultSetup(), configuration: configurationOf(instrumentCount) };
    const built = await benchLane(setup, new NullJournal());
    const megabytes = (heldBytes() - before) / 1e6;
    const many = new ManyLane(built, instrumentCount, megabytes);
    many.open(instrumentCount);
    return many;
  }

  /** Places orders until that many are open and accepted by the venue. */
  fill(openOrders: number): void {
    const { open } = this.built.orders;
    while (open.count < openOrders) {
      const { lane } = this.built;
      this.loops.orders(Math.min(ORDERS_A_STEP, openOrders - open.count));
      this.hash.take(lane);
      for (const requestId of this.sent().map(([, id]) => id)) {
        this.reply[RequestReply.requestId >> 2] = requestId;
        this.reply[RequestReply.status >> 2] = STATUS_OK;
        lane.parts.orders.onReply(0, this.reply);
      }
      // An input that is about no order: its step delivers what the replies have queued.
      lane.onControl(ControlAction.NOT_SENT, 0, 1);
    }
  }

  /** The orders of the last step never left: as many are open as before. */
  takeBack(): void {
    for (const [slot, requestId] of this.sent())
      this.built.lane.onControl(ControlAction.NOT_SENT, slot, requestId);
  }

  /** Throws where the lane has not done what is measured. */
  check(): void {
    const { counters, parts } = this.built.lane;
    const bad = [LaneCounter.FRAMES_REFUSED, LaneCounter.QUOTES_OLD, LaneCounter.HALTS, LaneCounter.REJECTS];
    const stopped = this.built.slots.filter(({ state }) => state !== "running");
    if (stopped.length > 0 || bad.some((counter) => (counters[counter] ?? 0) > 0))
      throw new Error(
        `the lane went wrong: counters ${counters.join(" ")}, stopped [${stopped.map(({ name }) => name).join()}], refusal ${parts.intake.lastRefusal}`,
      );
  }

  /** Slot and request of each order of the last step. Throws where one was denied: then another way was timed. */
  private sent(): [number, number][] {
    const { effects } = this.built.lane;
    const sent: [number, number][] = [];
    for (let index = 0; index < effects.count; index++)
      if (effects.kind(index) === EffectKind.SEND_ORDER) sent.push([effects.a(index), effects.b(index)]);
    if (sent.length === 0)
      throw new Error(`no order left; denials by code ${this.built.gate.denials.join(" ")}`);
    return sent;
  }

  private open(instrumentCount: number): void {
    const { lane } = this.built;
    const give = (channel: number, instrument: number, bytes: Uint8Array): void =>
      lane.onFrame(channel, instrument, bytes, 0, bytes.length, false);
    lane.nowNs[0] = 1e9;
    lane.onLine(Channel.MARKET, true);
    lane.onLine(Channel.ORDERS, true);
    const snapshot = this.markets.snapshot();
    for (let instrument = 0; instrument < instrumentCount; instrument++) {
      give(Channel.MARKET, 0, this.markets.update(instrument, 999));
      give(Channel.REST, instrument, snapshot);
      give(Channel.MARKET, 0, this.markets.update(instrument, 1001));
    }
    lane.onRearm(TradingMode.ACTIVE, rearmOrder("bench", "a measurement without a venue"), new Uint8Array(0));
    const run = this.markets.quotes(instrumentCount);
    this.loops.frames(run, 0, instrumentCount);
    const unusable = lane.parts.market.feeds.filter(
      (_, instrument) => !lane.parts.market.isUsable(instrument),
    );
    if (unusable.length > 0) throw new Error(`${unusable.length} books are not usable; nothing was measured`);
  }
}

/** Bytes of all arrays outside the heap that are still in use; where the collector cannot be called, of some that are not. */
function heldBytes(): number {
  globalThis.gc?.();
  return process.memoryUsage().arrayBuffers;
}

/** Words of an intent: `action` for a purchase, and for a sale in the place of the padding. */
function intentTerms(): Int32Array {
  const word = (side: number): number =>
    IntentAction.SUBMIT | (side << 8) | (OrderType.LIMIT_MAKER << 16) | (TimeInForce.GTC << 24);
  const terms = new Int32Array(OrderIntent.blockLength >> 2);
  terms[OrderIntent.action >> 2] = word(Side.BUY);
  terms[OrderIntent.padding >> 2] = word(Side.SELL);
  return terms;
}

function configurationOf(instrumentCount: number): Configuration {
  const base = defaultSetup().configuration;
  const [first] = base.instruments;
  if (first === undefined) throw new Error("the default configuration has no instrument");
  const { risk } = base;
  return {
    ...base,
    venues: base.venues.map((venue) => ({
      ...venue,
      messageRate: { messagesMax: MANY, windowSeconds: 1, cancelReserve: 1000 },
    })),
    instruments: Array.from({ length: instrumentCount }, (_, index) => instrumentOf(first, index)),
    features: { ...base.features, staleAfterSeconds: DAY_SECONDS },
    books: { staleAfterSeconds: DAY_SECONDS },
    agents: [
      {
        plugin: "momentum",
        share: 1,
        parameters: { flowWeight: 0, imbalanceWeight: 0, micropriceWeight: 0, publishStep: 0, entryScore: 1 },
      },
    ],
    risk: {
      ...risk,
      grossNotionalMax: { USDT: HUGE },
      openOrdersMax: MANY,
      orderRate: { ordersMax: MANY, windowSeconds: 1 },
      rules: risk.rules.map((rule) => ({
        ...rule,
        parameters: { ...rule.parameters, ...openedRules[rule.plugin] },
      })),
    },
    orders: { capacity: ORDER_CAPACITY },
  };
}

const openedRules: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  "order-rate": { windowSeconds: 1, ordersMax: MANY, agentOrdersMax: MANY },
  "position-limit": { positionMax: MANTISSA_MAX },
};

function instrumentOf(base: InstrumentConfiguration, index: number): InstrumentConfiguration {
  return {
    ...base,
    symbol: symbolOf(index),
    baseAsset: `C${String(index).padStart(4, "0")}`,
    limits: {
      ...base.limits,
      positionMax: HUGE,
      openOrdersMax: MANY,
      referenceAgeSecondsMax: DAY_SECONDS,
    },
  };
}
