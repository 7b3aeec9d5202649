import assert from "node:assert/strict";
import { before, test } from "node:test";
import { ManyMarkets, symbolOf } from "../../../bench/scale/many-market.ts";
import { pluginModules } from "../../../cli/plugins/plugin-modules.ts";
import type { Configuration } from "../../../host/control/configuration-shape.ts";
import { parseConfiguration } from "../../../host/control/configuration.ts";
import { laneConfigurationOf } from "../../../host/control/lane-configuration-of.ts";
import { NullJournal } from "../../../host/control/null-journal.ts";
import { defaultBookTicks } from "../../../host/data/books/index.ts";
import { Channel, lineOf } from "../../../host/execution/gateways/index.ts";
import type { PluginModules } from "../../../host/lane/index.ts";
import { buildLane, LANE_INSTRUMENTS_MAX, LaneCounter } from "../../../host/lane/index.ts";
import { sampleConfiguration } from "../../support/short-session.ts";

const VENUES = ["binance", "second"];

/** The default configuration with every plugin, and as many instruments as a host takes, half of them at each of two venues. */
function wholeConfiguration(count: number): Configuration {
  const [instrument] = sampleConfiguration.instruments;
  const [venue] = sampleConfiguration.venues;
  assert.ok(instrument !== undefined && venue !== undefined);
  return {
    ...sampleConfiguration,
    venues: VENUES.map((name) => ({ ...venue, name })),
    instruments: Array.from({ length: count }, (_, index) => ({
      ...instrument,
      venue: VENUES[index % VENUES.length] ?? "",
      symbol: symbolOf(index),
      baseAsset: `C${String(index).padStart(4, "0")}`,
      bookTicks: 1024,
    })),
  };
}

let modules: PluginModules;
before(async () => {
  modules = await pluginModules(sampleConfiguration);
});

test("512 instruments have live books, prices and features, with every plugin of the default configuration", () => {
  const configuration = wholeConfiguration(LANE_INSTRUMENTS_MAX);
  const facts = { epoch: 1, startWallMs: 1_700_000_000_000 };
  const { lane, slots } = buildLane(laneConfigurationOf(configuration, facts), modules, new NullJournal());
  const markets = new ManyMarkets(LANE_INSTRUMENTS_MAX);
  const { feeds } = lane.parts.market;
  const snapshot = markets.snapshot();
  const give = (line: number, instrument: number, bytes: Uint8Array, offset: number, length: number): void =>
    lane.onFrame(line, instrument, bytes, offset, length, false);
  lane.nowNs[0] = 1e9;
  const quotes = markets.quotes(LANE_INSTRUMENTS_MAX * 2);
  for (let instrument = 0; instrument < LANE_INSTRUMENTS_MAX; instrument++) {
    const market = lineOf(instrument % 2, Channel.MARKET);
    for (const first of [999, 1001]) {
      const update = markets.update(instrument, first);
      give(market, 0, update, 0, update.length);
      if (first === 999) give(lineOf(instrument % 2, Channel.REST), instrument, snapshot, 0, snapshot.length);
    }
  }
  for (const [frame, begin] of quotes.begin.entries())
    give(lineOf(frame % 2, Channel.MARKET), 0, quotes.bytes, begin, quotes.length[frame] ?? 0);
  lane.onTimer();
  assert.deepEqual(
    feeds.flatMap((_, instrument) => (lane.parts.market.isUsable(instrument) ? [] : [symbolOf(instrument)])),
    [],
  );
  assert.equal(lane.counters[LaneCounter.QUOTES], LANE_INSTRUMENTS_MAX * 2);
  assert.equal(lane.counters[LaneCounter.FRAMES_REFUSED], 0);
  for (let instrument = 0; instrument < LANE_INSTRUMENTS_MAX; instrument++)
    assert.ok(lane.parts.featureTable.isFresh(instrument, 0, lane.nowNs), symbolOf(instrument));
  assert.deepEqual(
    slots
      .filter(({ state }) => state !== "running")
      .map(({ name, lastFault }) => `${name}: ${lastFault?.reason}`),
    [],
  );
});

test("one instrument more than a journal has numbers for is refused, with the remedy", () => {
  const configuration = wholeConfiguration(LANE_INSTRUMENTS_MAX + 1);
  assert.throws(
    () => parseConfiguration(configuration, "host.json"),
    /host\.json cannot be used:\n {2}instruments: /,
  );
  assert.throws(
    () =>
      buildLane(laneConfigurationOf(configuration, { epoch: 1, startWallMs: 0 }), modules, new NullJournal()),
    /513 instruments are configured; a lane takes 512, more need another host/,
  );
});

test("a Binance is asked for at most 1,024 streams, which its connection carries: 341 instruments", () => {
  const configuration = wholeConfiguration(LANE_INSTRUMENTS_MAX);
  assert.deepEqual(parseConfiguration(configuration, "host.json").instruments.length, LANE_INSTRUMENTS_MAX);
  const crowded = {
    ...configuration,
    venues: configuration.venues.slice(0, 1),
    instruments: configuration.instruments
      .slice(0, 342)
      .map((instrument) => ({ ...instrument, venue: "binance" })),
  };
  assert.throws(
    () => parseConfiguration(crowded, "host.json"),
    /venues\.0\.name: has 342 instruments; one connection carries 341, give the others to a second venue/,
  );
});

test("a book takes the ticks that its instrument is given, and by the count of instruments where it is given none", () => {
  const given = wholeConfiguration(200);
  const [first, ...others] = given.instruments;
  assert.ok(first !== undefined);
  const configuration = {
    ...given,
    instruments: [first, ...others.map((other) => ({ ...other, bookTicks: undefined }))],
  };
  const lane = laneConfigurationOf(configuration, { epoch: 1, startWallMs: 0 });
  assert.deepEqual(lane.bookTicks?.slice(0, 2), [1024, defaultBookTicks(200)]);
  const [narrow, wide] = buildLane(lane, modules, new NullJournal()).lane.parts.market.feeds;
  assert.equal(narrow?.book.windowTicks, 1024);
  assert.equal(wide?.book.windowTicks, 32_768);
  const wrong = { ...given, instruments: [{ ...first, bookTicks: 1500 }, ...others] };
  assert.throws(
    () => parseConfiguration(wrong, "host.json"),
    /instruments\.0\.bookTicks: must be a power of two/,
  );
});
