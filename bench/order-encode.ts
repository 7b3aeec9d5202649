import { createHash } from "node:crypto";
import { IntentAction, OrderCommand, OrderType, Side, TimeInForce, writeInt64 } from "../abi/host/index.ts";
import { pluginModules } from "../cli/plugins/plugin-modules.ts";
import type { Configuration } from "../host/control/configuration-shape.ts";
import { laneConfigurationOf } from "../host/control/lane-configuration-of.ts";
import { NullJournal } from "../host/control/null-journal.ts";
import { buildLane } from "../host/lane/index.ts";
import { defaultSetup } from "./lane/index.ts";
import { OrderEncoding } from "./order-encoding.hot.ts";
import type { BenchmarkOptions, BenchmarkResult } from "./report/index.ts";
import { timeRounds } from "./report/index.ts";

const ORDERS = 1 << 16;
const SMALL_ORDERS = 1 << 10;
const WARM_ROUNDS = 3;
const ROUNDS = 11;
const NS_PER_MS = 1e6;
const ENCODE_NS = 1000;
const START_MS = 1_723_161_253_000;
const PRICE = 6_180_000_000_000;
const TICK = 1_000_000;
const QUANTITY = 1_234_000;

/** What does it cost to make an order's bytes, in the codec of each venue, metered and checked? */
export async function orderEncode({ isSmall }: BenchmarkOptions): Promise<BenchmarkResult> {
  const configuration = bothVenues();
  const lane = laneConfigurationOf(configuration, { epoch: 1, startWallMs: START_MS });
  const built = buildLane(lane, await pluginModules(configuration), new NullJournal());
  const codecs = built.lane.parts.venues.map((venue, index) => ({
    name: venue.slot.name,
    encoding: new OrderEncoding(venue, commandFor(index + 1), Float64Array.of(PRICE, TICK)),
  }));
  const hash = createHash("sha256");
  for (const { encoding } of codecs) hash.update(bytesOf(encoding, SMALL_ORDERS));
  const orders = isSmall ? SMALL_ORDERS : ORDERS;
  const times = timeRounds(
    codecs.map(({ name, encoding }) => ({ name, run: () => encoding.run(orders) })),
    isSmall ? 0 : WARM_ROUNDS,
    isSmall ? 1 : ROUNDS,
  );
  const failed = codecs.reduce((sum, { encoding }) => sum + encoding.failed, 0);
  if (failed > 0) throw new Error(`${failed} orders were not encoded; nothing was measured`);
  return {
    question: "nanoseconds from an order's command to the bytes of its request, metered and checked",
    measures: codecs.map(({ name }) => ({
      name,
      value: ((times.get(name) ?? Number.NaN) / orders) * NS_PER_MS,
      unit: "ns",
      ...(isSmall ? {} : { atMost: ENCODE_NS }),
    })),
    hash: hash.digest("hex"),
    input: { source: "made", frames: 0, files: [] },
    counts: { orders, rounds: isSmall ? 1 : ROUNDS },
    notes: [
      "inside: the command into the codec's inbox, wrapper, trampoline, gas, the text, outbox checked; outside: the gate, the journal, the socket",
      "a limit order with new price, request and client order id each time",
    ],
  };
}

/** The default configuration with an instrument at a Coinbase beside its own. */
function bothVenues(): Configuration {
  const base = defaultSetup().configuration;
  const [venue] = base.venues;
  const [instrument] = base.instruments;
  if (venue === undefined || instrument === undefined) throw new Error("the default configuration is empty");
  const { restUrl, key, messageRate } = venue;
  const addresses = { marketUrl: "ws://venue", userUrl: "ws://venue", restUrl };
  return {
    ...base,
    venues: [
      venue,
      { name: "coinbase", kind: "coinbase", plugin: "coinbase", key, messageRate, ...addresses },
    ],
    instruments: [instrument, { ...instrument, venue: "coinbase", symbol: "BTC-USDT" }],
  };
}

function commandFor(instrumentId: number): Int32Array {
  const words = new Int32Array(OrderCommand.blockLength >> 2);
  writeInt64(words, OrderCommand.quantity >> 2, QUANTITY);
  writeInt64(words, OrderCommand.timestampMs >> 2, START_MS);
  words[OrderCommand.instrumentId >> 2] = instrumentId;
  words[OrderCommand.clientOrderEpoch >> 2] = 1;
  words[OrderCommand.action >> 2] =
    IntentAction.SUBMIT | (Side.BUY << 8) | (OrderType.LIMIT << 16) | (TimeInForce.GTC << 24);
  return words;
}

function bytesOf(encoding: OrderEncoding, orders: number): Uint8Array {
  const { venue } = encoding;
  const parts: Uint8Array[] = [];
  for (let order = 0; order < orders; order++) {
    encoding.encode(order);
    parts.push(venue.slot.u8.slice(venue.encodedByte, venue.encodedByte + venue.encodedLength));
  }
  return Buffer.concat(parts);
}
