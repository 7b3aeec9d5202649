import assert from "node:assert/strict";
import { before, test } from "node:test";
import { ExecType, FeatureVector, OrdStatus, RiskCheck, SignalPool } from "../../../abi/host/index.ts";
import type { LoadedPlugin, PluginSlot } from "../../../host/engine/index.ts";
import { Channel } from "../../../host/execution/gateways/index.ts";
import { DenialCode, TradingMode } from "../../../host/execution/risk/index.ts";
import { PluginAction } from "../../../host/lane/index.ts";
import { SeededRandom } from "../../../host/platform/index.ts";
import type { SeenEffect } from "../../support/lane-under-test.ts";
import {
  BID,
  commandOf,
  intent,
  LaneUnderTest,
  puppetConfiguration,
  sends,
  signal,
  TICK,
} from "../../support/lane-under-test.ts";
import { PluginSwaps } from "../../support/plugin-swaps.ts";
import type { PuppetPlace } from "../../support/puppet-plugins.ts";
import { order, puppetModules, received } from "../../support/puppet-plugins.ts";
import { Deed } from "../../support/puppet-source.ts";
import { randomSeed } from "../../support/random-seed.ts";
import { writeRecord } from "../../support/record-writer.ts";

const SWAPS = 1_000;
const TRADE = 11;
const FRAME = 3;
/** Marks are below: a score is its share of this, an order lies so many ticks below the bid. */
const MARKS_MAX = 8_192;
const CODES = 997;

const slotNames = ["venue", "feature", "one", "two", "ensemble", "rule"] as const;
type SlotName = (typeof slotNames)[number];

/** The record at which each is marked, and at which it may be told to fail. */
const templates: Readonly<Record<SlotName, number>> = {
  venue: FRAME,
  feature: TRADE,
  one: FeatureVector.templateId,
  two: FeatureVector.templateId,
  ensemble: SignalPool.templateId,
  rule: RiskCheck.templateId,
};

/** What a plugin of a mark writes, on each of its calls. A rule of an even mark approves. */
function recordsOf(name: SlotName, mark: number): Uint8Array[] {
  switch (name) {
    case "venue":
      return [writeRecord("Trade", { price: BID, size: mark, instrumentId: 1, aggressorSide: 1 })];
    case "feature":
      return [writeRecord("FeatureUpdate", { value: mark, instrumentId: 1 })];
    case "one":
    case "two":
      return [signal({ score: mark / MARKS_MAX }), intent({ tag: mark, price: BID - mark * TICK })];
    case "ensemble":
      return [
        writeRecord("CombinedSignal", {
          score: mark / MARKS_MAX,
          confidence: 1,
          timeToLiveNs: 1e9,
          instrumentId: 1,
        }),
      ];
    case "rule":
      return [writeRecord("RiskVerdict", { code: mark % 2 === 0 ? 0 : mark % CODES })];
  }
}

/** Which mark must answer in a slot, by the sequence of changes alone. */
interface Place {
  live: number;
  beside: number | null;
  isProbation: boolean;
  /** The live one fails at its next event. */
  isDoomed: boolean;
}

let modules: Map<string, Uint8Array>;
before(async () => {
  modules = await puppetModules();
});

class Scene {
  readonly under: LaneUnderTest;
  readonly swaps: PluginSwaps;
  readonly places: Record<SlotName, Place>;
  readonly sequences = new Set<number>();
  changes = 0;
  rollbacks = 0;
  sent = 0;
  private mark = 0;
  private tradeId = 0;
  private readonly random: SeededRandom;

  constructor(seed: number) {
    const configuration = puppetConfiguration();
    const limits = {
      ...configuration.limits,
      orderRate: { ordersMax: 1e6, windowNs: 1e9 },
      messageRates: [{ venueIndex: 0, messagesMax: 1e6, windowNs: 1e9, cancelReserve: 100 }],
    };
    this.under = LaneUnderTest.ready(modules, { limits });
    this.swaps = new PluginSwaps(this.under, modules);
    this.random = new SeededRandom(seed);
    const place = (name: SlotName): Place => {
      const live = this.marked(name, this.under.slot(name));
      return { live, beside: null, isProbation: false, isDoomed: false };
    };
    this.places = {
      venue: place("venue"),
      feature: place("feature"),
      one: place("one"),
      two: place("two"),
      ensemble: place("ensemble"),
      rule: place("rule"),
    };
  }

  below(bound: number): number {
    return Math.floor(this.random.fraction() * bound);
  }

  /** One change that the place allows, at random. */
  swap(): void {
    const name = slotNames[this.below(slotNames.length)] ?? "one";
    const place = this.places[name];
    if (place.isDoomed) return;
    this.changes += 1;
    if (place.beside === null) this.begin(name, place);
    else if (!place.isProbation) this.decide(name, place);
    else this.conclude(name, place);
  }

  private begin(name: SlotName, place: Place): void {
    const isReplaced = this.below(4) === 0;
    const candidate = this.swaps.instance(name);
    const mark = this.marked(name, candidate);
    this.swaps.change(isReplaced ? PluginAction.REPLACE : PluginAction.SHADOW, name, candidate);
    if (isReplaced) place.live = mark;
    else place.beside = mark;
  }

  private decide(name: SlotName, place: Place): void {
    const isDropped = this.below(4) === 0;
    this.swaps.change(isDropped ? PluginAction.SETTLE : PluginAction.PROMOTE, name);
    const { live, beside } = place;
    place.beside = isDropped ? null : live;
    if (!isDropped) place.live = beside ?? 0;
    place.isProbation = !isDropped;
  }

  private conclude(name: SlotName, place: Place): void {
    const way = this.below(3);
    if (way === 0) {
      order(this.under.slot(name), { deed: Deed.UNREACHABLE, template: templates[name] });
      place.isDoomed = true;
      return;
    }
    this.swaps.change(way === 1 ? PluginAction.ROLL_BACK : PluginAction.SETTLE, name);
    if (way === 1) place.live = place.beside ?? 0;
    place.beside = null;
    place.isProbation = false;
  }

  private marked(name: SlotName, place: PuppetPlace): number {
    this.mark += 1;
    order(place, { records: recordsOf(name, this.mark), template: templates[name], keep: true });
    return this.mark;
  }

  /** One frame, and what each slot makes of it. */
  step(note: string): void {
    const { under } = this;
    const { doomed, judged } = this.doom();
    for (const name of slotNames) for (const place of placesOf(under.slot(name))) received(place);
    const events = sends(under.frame([under.quoteRecord()]));
    this.rollbacks += doomed.length;
    this.assertOnce(note);
    this.assertAnswers(events, judged, note);
    if (judged === null) under.arm();
    this.fill(events);
  }

  /** Those that fail in this step have given way to their predecessors when it is over. The rule's mark; null when it fails. */
  private doom(): { readonly doomed: readonly SlotName[]; readonly judged: number | null } {
    const doomed = slotNames.filter((name) => this.places[name].isDoomed);
    for (const name of doomed) {
      const place = this.places[name];
      place.live = place.beside ?? 0;
      place.beside = null;
      place.isProbation = false;
      place.isDoomed = false;
    }
    return { doomed, judged: doomed.includes("rule") ? null : this.places.rule.live };
  }

  /** Each one, live or beside, was shown the same records, and of those that are one a step, one. */
  private assertOnce(note: string): void {
    const once: Readonly<Record<string, string>> = {
      venue: "Frame",
      feature: "Trade",
      one: "FeatureVector",
      two: "FeatureVector",
    };
    for (const name of slotNames) {
      const [live = [], ...others] = placesOf(this.under.slot(name)).map((place) => received(place));
      for (const other of others)
        assert.deepEqual(shownOf(name, other), shownOf(name, live), `${note}: ${name}`);
      const record = once[name];
      if (record === undefined) continue;
      assert.equal(live.filter((seen) => seen.name === record).length, 1, `${note}: ${record} of ${name}`);
      if (name === "feature") assert.equal(Number(live[0]?.fields["size"]), this.places.venue.live, note);
      if (record !== "FeatureVector") continue;
      const values = live.find((seen) => seen.name === record)?.fields["values"] as readonly number[];
      assert.equal(values[0], this.places.feature.live, note);
      const heard = live.filter((seen) => seen.name === "CombinedSignal");
      assert.ok(heard.length > 0, note);
      for (const { fields } of heard)
        assert.equal(fields["score"], this.places.ensemble.live / MARKS_MAX, note);
      this.assertEvents(name, live, note);
    }
  }

  private assertEvents(
    name: SlotName,
    live: readonly { name: string; fields: object }[],
    note: string,
  ): void {
    const events = live.filter((seen) => seen.name === "OrderEvent");
    const rule = this.places.rule.live;
    for (const { fields } of events) {
      const { reason, tag } = fields as { reason: number; tag: number };
      assert.equal(tag, this.places[name].live, note);
      const known = [1_000 + (rule % CODES), DenialCode.RULE_FAULT, DenialCode.MODE_CANCEL_ONLY, 0];
      assert.ok(known.includes(reason), `${note}: ${name} is denied with ${reason}`);
    }
  }

  /** The signals and orders of a step are those of the generations in place. */
  private assertAnswers(events: readonly SeenEffect[], judged: number | null, note: string): void {
    const { parts } = this.under.lane;
    const agents = ["one", "two"] as const;
    agents.forEach((name, agent) => {
      assert.ok(
        [...parts.pool.scores].includes(this.places[name].live / MARKS_MAX),
        `${note}: signal of ${agent}`,
      );
    });
    const isApproved = judged !== null && (judged % 2 === 0 || judged % CODES === 0);
    assert.deepEqual(
      events.map((sent) => commandOf(sent).price),
      isApproved ? agents.map((name) => BID - this.places[name].live * TICK) : [],
      note,
    );
    assert.equal(this.under.mode, judged === null ? TradingMode.CANCEL_ONLY : TradingMode.ACTIVE, note);
  }

  /** The venue reports each order filled; its codec decodes by itself for that frame. */
  private fill(events: readonly SeenEffect[]): void {
    const { under } = this;
    const reports = events.map((sent) => this.report(sent));
    this.sent += events.length;
    if (reports.length === 0) return;
    const codecs = placesOf(under.slot("venue"));
    for (const codec of codecs) order(codec, {});
    under.frame(reports, Channel.ORDERS);
    const { live, beside } = this.places.venue;
    [live, beside].forEach((mark, index) => {
      const codec = codecs[index];
      if (mark !== null && codec !== undefined)
        order(codec, { records: recordsOf("venue", mark), template: FRAME, keep: true });
    });
  }

  private report(sent: SeenEffect): Buffer {
    const { sequence, epoch, side, price, quantity } = commandOf(sent);
    assert.ok(!this.sequences.has(sequence), `order ${sequence} left twice`);
    this.sequences.add(sequence);
    this.tradeId += 1;
    const whole = { orderQty: quantity, lastQty: quantity, cumQty: quantity };
    const ids = { venueOrderId: 9_000 + sequence, tradeId: this.tradeId, instrumentId: 1 };
    const client = { clientOrderEpoch: epoch, clientOrderSequence: sequence, side };
    const state = { execType: ExecType.TRADE, ordStatus: OrdStatus.FILLED, orderType: 1, timeInForce: 1 };
    return writeRecord("ExecutionReport", { ...whole, ...ids, ...client, ...state, price, lastPrice: price });
  }
}

/** What a record says of the world. Of orders and positions an agent beside has its own, on paper. */
function shownOf(slot: SlotName, records: ReturnType<typeof received>): unknown[] {
  if (slot !== "one" && slot !== "two") return [...records];
  return records.flatMap(({ name, fields }) =>
    name === "OrderEvent" ? [] : [{ name, fields: { ...fields, position: null } }],
  );
}

/** The plugin in a slot, and the one beside it. */
function placesOf(slot: PluginSlot): PuppetPlace[] {
  const beside: PluginSlot | null = slot.shadow?.slot ?? null;
  return beside === null ? [slot] : [slot, beside];
}

test(`[H1] [H5] over a thousand changes of all five kinds each event is answered by the generation that the changes say, once (seed ${randomSeed})`, () => {
  const scene = new Scene(randomSeed);
  const { built } = scene.under;
  for (let count = 0; scene.changes < SWAPS; count++) {
    for (let left = scene.below(3); left > 0; left--) scene.swap();
    scene.step(`seed ${randomSeed}, step ${count}`);
  }
  assert.equal(scene.sequences.size, scene.sent);
  assert.ok(
    scene.sent > SWAPS / 2 && scene.rollbacks > 20,
    `${scene.sent} orders, ${scene.rollbacks} rollbacks`,
  );
  assert.equal(built.orders.open.count, 0, "every order is answered");
  const filled = [...built.positions.quantity].reduce((sum, quantity) => sum + quantity, 0);
  assert.ok(filled > 0);
  const lent = built.slots.reduce((sum, { shadow }) => sum + (shadow === null ? 1 : 2), 0);
  const plugins = built.slots.map(({ plugin }): LoadedPlugin | null => plugin);
  assert.equal(new Set(plugins).size, built.slots.length);
  for (const slot of built.slots) slot.sweep();
  assert.equal(built.pool.lentCount, lent);
  assert.ok(built.pool.createdCount <= 3 * built.slots.length, `${built.pool.createdCount} memories`);
});
