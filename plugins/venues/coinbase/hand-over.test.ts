import assert from "node:assert/strict";
import { before, test } from "node:test";
import fc from "fast-check";
import { IntentAction } from "../../../abi/host/index.ts";
import { coinbaseDefinitions, coinbaseFrame } from "../../../test/support/coinbase-codec.ts";
import { answer, fill, level2, queriedOrder, userOrder } from "../../../test/support/coinbase-samples.ts";
import { randomSeed } from "../../../test/support/random-seed.ts";
import { writeRecord } from "../../../test/support/record-writer.ts";
import {
  assertRefusesDamage,
  assertSameAfterHandOver,
  encodeSnapshot,
  pluginBytes,
  PluginUnderTest,
} from "../../../tools/plugin-kit/index.ts";

const HEAD_BYTES = 24;
const PLACES = 8_192;
let bytes: Uint8Array;

before(async () => {
  bytes = await pluginBytes("coinbase");
});

const uuidOf = (index: number): string =>
  `${(index * 7_919 + 1).toString(16).padStart(8, "0")}-e5f6-4890-abcd-ef1234567890`;
const highOf = (index: number): bigint => (BigInt(index * 7_919 + 1) << 32n) | 0xe5f64890n;

function learn(index: number, status = "OPEN"): Uint8Array {
  const client_order_id = `00000001-5350-8000-8000-${(index + 1).toString(16).padStart(12, "0")}`;
  return coinbaseFrame("order", Buffer.from(userOrder({ order_id: uuidOf(index), client_order_id, status })));
}

function cancel(index: number): Uint8Array {
  const command = {
    action: IntentAction.CANCEL,
    requestId: 9,
    instrumentId: 21,
    venueOrderId: highOf(index),
  };
  return writeRecord("OrderCommand", command);
}

/** A codec that has learned of so many orders, every third of which is over. */
function used(orders: number): PluginUnderTest {
  const plugin = new PluginUnderTest(bytes);
  for (const definition of coinbaseDefinitions()) plugin.give(definition);
  for (let index = 0; index < orders; index += 1)
    plugin.give(learn(index, index % 3 === 0 ? "CANCELLED" : "OPEN"));
  return plugin;
}

/** Orders that become known and are cancelled, fills that name them, a book, and lists, from a seed. */
const inputs = fc
  .array(
    fc.oneof(
      fc.nat(60).map((index) => learn(index)),
      fc.nat(60).map((index) => learn(index, "FILLED")),
      fc.nat(60).map(cancel),
      fc
        .nat(60)
        .map((index) =>
          coinbaseFrame("rest", Buffer.from(answer({ fills: [fill({ order_id: uuidOf(index) })] }))),
        ),
      fc
        .nat(60)
        .map((index) =>
          coinbaseFrame("rest", Buffer.from(answer({ orders: [queriedOrder({ order_id: uuidOf(index) })] }))),
        ),
      fc.constant(coinbaseFrame("market", Buffer.from(level2([{ side: "bid", price: "1", size: "1" }])))),
    ),
    { minLength: 60, maxLength: 300 },
  )
  .map((list) => [...coinbaseDefinitions(), ...list]);

test(`[H1] a codec that takes over at any point answers all that follows as its predecessor would (seed ${randomSeed})`, () => {
  const property = fc.property(
    inputs,
    fc.array(fc.integer({ min: 10, max: 59 }), { minLength: 1 }),
    (list, cuts) => {
      assert.ok(assertSameAfterHandOver(bytes, list, { cuts }) > 0);
    },
  );
  fc.assert(property, { seed: randomSeed, numRuns: 20 });
});

test("[C2] an open order can be cancelled by the next version at once, as many as the codec has places for", () => {
  const plugin = used(PLACES + 2_000);
  const snapshot = plugin.snapshot();
  assert.ok(snapshot.length <= HEAD_BYTES + 8 + PLACES * 32, `${snapshot.length} bytes`);
  const next = new PluginUnderTest(bytes);
  for (const definition of coinbaseDefinitions()) next.give(definition);
  assert.equal(next.restore(snapshot), 0);
  assert.deepEqual(next.snapshot(), snapshot);
  for (let index = 0; index < PLACES; index += 17)
    assert.deepEqual(next.give(cancel(index)), plugin.give(cancel(index)));
});

test("[H3] a snapshot that is cut, longer, or has one bit turned is refused, and changes nothing", () => {
  assertRefusesDamage(bytes, used(12).snapshot(), [learn(1), cancel(1), cancel(5), cancel(40)]);
});

const word = fc.oneof(
  fc.constantFrom(0n, 1n, -1n, 2n ** 32n, 2n ** 33n, 0x7fff_ffffn, 0xffff_ffffn),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
);

test(`[H3] forged fields are taken as they are or refused, never trapped on; refused ones change nothing (seed ${randomSeed})`, () => {
  const snapshot = used(40).snapshot();
  const view = new DataView(snapshot.buffer, snapshot.byteOffset, snapshot.length);
  const fields = Array.from({ length: (snapshot.length - HEAD_BYTES) / 8 }, (_, index) =>
    view.getBigInt64(HEAD_BYTES + index * 8, true),
  );
  let refusals = 0;
  const property = fc.property(
    fc.array(fc.tuple(fc.nat(), word), { maxLength: 3 }),
    fc.integer({ min: -5, max: 5 }),
    (changes, longer) => {
      const forged = fields.slice(0, fields.length + Math.min(0, longer));
      for (let more = 0; more < longer; more += 1) forged.push(1n);
      for (const [at, value] of changes) forged[at % forged.length] = value;
      const plugin = new PluginUnderTest(bytes);
      const untouched = plugin.snapshot();
      const text = encodeSnapshot(1, forged);
      const code = plugin.restore(text);
      if (code !== 0) refusals += 1;
      assert.deepEqual(plugin.snapshot(), code === 0 ? text : untouched);
      plugin.close();
    },
  );
  fc.assert(property, { seed: randomSeed, numRuns: 200 });
  assert.ok(refusals > 20, `${refusals} refused`);
});
