import { IntentAction, OrderCommand, OrderType, Side, TimeInForce } from "../../abi/host/index.ts";
import type { DescribedRecord } from "../../abi/host/index.ts";
import { FeedKind } from "../../host/data/feeds/index.ts";
import type { PluginSlot } from "../../host/engine/index.ts";
import { Channel, lineOf } from "../../host/execution/gateways/index.ts";
import { createInstrument } from "../../host/execution/orders/index.ts";
import { rearmOrder, TradingMode } from "../../host/execution/risk/index.ts";
import type {
  BuiltLane,
  ControlAction,
  Lane,
  LaneConfiguration,
  LanePlacement,
  PluginModules,
  PluginPlacement,
  VenuePlacement,
} from "../../host/lane/index.ts";
import { buildLane, EffectKind } from "../../host/lane/index.ts";
import type { BookDeltaValues } from "./book-records.ts";
import { bookDeltaBytes, BookRecordMemory } from "./book-records.ts";
import { order, puppetNames, received } from "./puppet-plugins.ts";
import type { FieldValues } from "./record-writer.ts";
import { writeRecord } from "./record-writer.ts";
import { ScriptedJournal } from "./scripted-journal.ts";

/** Price and size mantissas of these tests: 8 decimals; a tick of 0.01, a lot of 0.00001. */
export const TICK = 1_000_000;
export const LOT = 1_000;
export const BID: number = 6_000_000 * TICK;
export const ASK: number = BID + TICK;
export const SIZE: number = 100 * LOT;
export const SECOND_NS = 1e9;

/** Two instruments, one feature kernel, two agents, an ensemble and a rule: puppets all. */
export function puppetConfiguration(): LaneConfiguration {
  const instruments = ["BTCUSDT", "ETHUSDT"].map((symbol, index) =>
    createInstrument({
      instrumentId: index + 1,
      symbol,
      venueIndex: 0,
      kind: "spot",
      priceExponent: -8,
      sizeExponent: -8,
      quoteExponent: -8,
      contractMultiplier: 1,
      tickSize: TICK,
      lotSize: LOT,
      minQuantity: LOT,
      maxQuantity: 1e12,
      minNotional: 0,
      baseAssetId: index === 0 ? 1 : 3,
      quoteAssetId: 2,
      version: 1,
    }),
  );
  const placement = (name: string, plugin: string): PluginPlacement => ({
    name,
    plugin,
    parameters: {},
  });
  return {
    instruments,
    assets: ["BTC", "USDT", "ETH", "BNB"].map((code, index) => ({ assetId: index + 1, code, exponent: -8 })),
    venues: [venuePlacement("venue", puppetNames.venue)],
    features: [placement("feature", puppetNames.feature)],
    agents: [
      { ...placement("one", puppetNames.agent), sharePpm: 500_000 },
      { ...placement("two", puppetNames.agent), sharePpm: 500_000 },
    ],
    ensemble: placement("ensemble", puppetNames.ensemble),
    rules: [placement("rule", puppetNames.risk)],
    limits: {
      instruments: instruments.map(({ instrumentId }) => ({
        instrumentId,
        orderQuantityMax: 1e9,
        orderNotionalMax: 1e15,
        positionMax: 1e11,
        openOrdersMax: 400,
        collarAggressivePpm: 100_000,
        collarPassivePpm: 100_000,
        referenceAgeMaxNs: 5 * SECOND_NS,
        isRestricted: false,
      })),
      grossNotionalMax: [{ quoteAssetId: 2, notionalMax: 9e15 }],
      openOrdersMax: 400,
      orderRate: { ordersMax: 1_000, windowNs: SECOND_NS },
      messageRates: [{ venueIndex: 0, messagesMax: 2_000, windowNs: SECOND_NS, cancelReserve: 100 }],
    },
    featureStaleAfterNs: 10 * SECOND_NS,
    bookStaleAfterNs: 5 * SECOND_NS,
    orderCapacity: 8_192,
    epoch: 7,
    startWallMs: 1_700_000_000_000,
  };
}

/** A codec in its place, for books by update ids; messages are never cut. */
export function venuePlacement(
  name: string,
  plugin: string,
  changes: Partial<VenuePlacement> = {},
): VenuePlacement {
  return { name, plugin, parameters: {}, feed: FeedKind.UPDATE_ID, partBytes: 0, ...changes };
}

/** One effect, with a copy of its bytes. */
export interface SeenEffect {
  readonly kind: number;
  readonly venue: number;
  readonly a: number;
  readonly b: number;
  readonly offset: number;
  readonly bytes: Buffer;
}

/** A lane, driven input by input. */
export class LaneUnderTest {
  readonly built: BuiltLane;
  readonly lane: Lane;
  readonly journal: ScriptedJournal;
  private updateId = 100;

  constructor(
    modules: PluginModules,
    changes: Partial<LaneConfiguration> = {},
    placement: LanePlacement = {},
    journal: ScriptedJournal = new ScriptedJournal(),
  ) {
    this.journal = journal;
    this.built = buildLane({ ...puppetConfiguration(), ...changes }, modules, this.journal, placement);
    this.lane = this.built.lane;
  }

  /** Lines up, armed, both books live, and a price known. */
  static ready(
    modules: ReadonlyMap<string, Uint8Array>,
    changes: Partial<LaneConfiguration> = {},
  ): LaneUnderTest {
    const under = new LaneUnderTest(modules, changes);
    under.makeReady();
    return under;
  }

  makeReady(): void {
    this.arm();
    for (const venue of this.built.configuration.venues.keys())
      for (const channel of [Channel.MARKET, Channel.ORDERS]) this.lane.onLine(lineOf(venue, channel), true);
    for (const instrumentId of [1, 2]) this.makeLive(instrumentId);
    this.forget();
    this.journal.commits = 0;
  }

  slot(name: string): PluginSlot {
    const slot = this.built.slots.find((candidate) => candidate.name === name);
    if (slot === undefined) throw new Error(`no slot ${name}`);
    return slot;
  }

  at(timeNs: number): void {
    this.lane.nowNs[0] = timeNs;
  }

  arm(): void {
    this.lane.onRearm(TradingMode.ACTIVE, rearmOrder("a tester", "a test"), Buffer.from("{}"));
  }

  /** One frame of records on a line. */
  frame(records: readonly Uint8Array[], line: number = Channel.MARKET, moreFollow = false): SeenEffect[] {
    const bytes = Buffer.concat(records);
    this.lane.onFrame(line, 0, bytes, 0, bytes.length, moreFollow);
    return this.effects();
  }

  /** A quote, newer than whatever was before. */
  quote(instrumentId = 1, bid: number = BID, ask: number = ASK): SeenEffect[] {
    return this.frame([this.quoteRecord(instrumentId, bid, ask)], this.lineAt(instrumentId));
  }

  quoteRecord(
    instrumentId = 1,
    bid: number = BID,
    ask: number = ASK,
    sizes: { readonly bidSize: number; readonly askSize: number } = { bidSize: SIZE, askSize: SIZE },
  ): Buffer {
    this.updateId += 1;
    return writeRecord("Quote", {
      updateId: this.updateId,
      bidPrice: bid,
      askPrice: ask,
      instrumentId,
      ...sizes,
    });
  }

  /** A line of the venue where an instrument is traded. */
  lineAt(instrumentId: number, channel: Channel = Channel.MARKET): number {
    return lineOf(this.built.instruments.venue[instrumentId - 1] ?? 0, channel);
  }

  /** A delta and a snapshot that reaches it, then a delta to bridge. */
  makeLive(instrumentId: number): void {
    const first = this.updateId + 1;
    const market = this.lineAt(instrumentId);
    const nothing = { instrumentId, bids: [], asks: [] };
    this.frame([delta({ firstUpdateId: first, lastUpdateId: first, ...nothing })], market);
    const levels = { bids: [[BID, SIZE] as const], asks: [[ASK, SIZE] as const] };
    const ids = { firstUpdateId: first, lastUpdateId: first };
    this.frame(
      [delta({ ...ids, snapshot: 1, instrumentId, ...levels })],
      this.lineAt(instrumentId, Channel.REST),
    );
    this.updateId += 2;
    this.frame([delta({ firstUpdateId: first + 1, lastUpdateId: first + 1, ...nothing })], market);
    this.quote(instrumentId);
  }

  /** Feeds a book's next delta without levels, so that it does not grow stale. */
  beat(instrumentId = 1): void {
    const next = (this.lane.parts.market.feeds[instrumentId - 1]?.updateId[0] ?? 0) + 1;
    const values = { firstUpdateId: next, lastUpdateId: next, instrumentId, bids: [], asks: [] };
    this.frame([delta(values)], this.lineAt(instrumentId));
    this.updateId = Math.max(this.updateId, next);
  }

  /** Has an agent ask for what the records say, at the next quote. */
  act(agent: string, records: readonly Uint8Array[], instrumentId = 1): SeenEffect[] {
    order(this.slot(agent), { records, template: 21 });
    return this.quote(instrumentId);
  }

  /** What an agent was given since this was asked last, of one record. */
  given(agent: string, name: string): DescribedRecord["fields"][] {
    return received(this.slot(agent)).flatMap((record) => (record.name === name ? [record.fields] : []));
  }

  /** Forgets what the puppets have received so far. */
  forget(): void {
    for (const slot of this.built.slots) received(slot);
  }

  effects(): SeenEffect[] {
    const { effects } = this.lane;
    return Array.from({ length: effects.count }, (_, index) => {
      const start = effects.offset(index);
      const bytes = Buffer.from(effects.egress.subarray(start, start + effects.length(index)));
      return {
        kind: effects.kind(index),
        venue: effects.venue(index),
        a: effects.a(index),
        b: effects.b(index),
        offset: start,
        bytes,
      };
    });
  }

  control(action: ControlAction, a = 0, b = 0): SeenEffect[] {
    this.lane.onControl(action, a, b);
    return this.effects();
  }

  /** The account's mode. */
  get mode(): number {
    return this.built.modes.account[0] ?? 0;
  }

  /** What every instrument of a venue is held to at least. */
  venueMode(venue = 0): number {
    const { instruments, modes } = this.built;
    return Math.min(...modes.instrument.filter((_, index) => instruments.venue[index] === venue));
  }

  status(slot: number): number {
    return this.built.orders.columns.status[slot] ?? 0;
  }
}

/** A BookDelta record with its header. */
export function delta(values: BookDeltaValues): Buffer {
  const memory = new BookRecordMemory(bookDeltaBytes(values));
  memory.write(values);
  return Buffer.from(memory.i32.buffer);
}

/** An OrderIntent to buy one lot at the bid and rest there. */
export function intent(changes: FieldValues = {}): Buffer {
  return writeRecord("OrderIntent", {
    price: BID,
    quantity: SIZE,
    instrumentId: 1,
    tag: 1,
    action: IntentAction.SUBMIT,
    side: Side.BUY,
    orderType: OrderType.LIMIT,
    timeInForce: TimeInForce.GTC,
    ...changes,
  });
}

export function cancelIntent(tag: number): Buffer {
  return writeRecord("OrderIntent", { instrumentId: 1, tag, action: IntentAction.CANCEL });
}

/** Other terms for the open order of a tag; 0: as they are. */
export function replaceIntent(tag: number, changes: FieldValues): Buffer {
  return writeRecord("OrderIntent", { instrumentId: 1, tag, action: IntentAction.REPLACE, ...changes });
}

export function signal(changes: FieldValues = {}): Buffer {
  return writeRecord("Signal", {
    score: 0.5,
    confidence: 0.5,
    timeToLiveNs: SECOND_NS,
    instrumentId: 1,
    ...changes,
  });
}

/** The orders among effects. */
export function sends(effects: readonly SeenEffect[]): SeenEffect[] {
  return effects.filter(({ kind }) => kind === EffectKind.SEND_ORDER);
}

/** What the puppet venue encoded: the command's own block. */
export function commandOf({ bytes }: SeenEffect): {
  action: number;
  side: number;
  sequence: number;
  epoch: number;
  price: number;
  quantity: number;
  requestId: number;
  instrumentId: number;
  timestampMs: number;
} {
  return {
    action: bytes.readUInt8(OrderCommand.action),
    side: bytes.readUInt8(OrderCommand.side),
    sequence: bytes.readUInt32LE(OrderCommand.clientOrderSequence),
    epoch: bytes.readUInt32LE(OrderCommand.clientOrderEpoch),
    price: Number(bytes.readBigInt64LE(OrderCommand.price)),
    quantity: Number(bytes.readBigInt64LE(OrderCommand.quantity)),
    requestId: bytes.readUInt32LE(OrderCommand.requestId),
    instrumentId: bytes.readUInt32LE(OrderCommand.instrumentId),
    timestampMs: Number(bytes.readBigInt64LE(OrderCommand.timestampMs)),
  };
}
