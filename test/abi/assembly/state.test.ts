import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import fc from "fast-check";
import {
  assertRefusesDamage,
  assertSameAfterHandOver,
  encodeRecord,
  encodeSnapshot,
  only,
  PluginStoppedError,
  PluginUnderTest,
} from "../../../tools/plugin-kit/index.ts";
import { buildTestPlugin } from "../../support/puppet-plugins.ts";
import { randomSeed } from "../../support/random-seed.ts";

const TOO_SHORT = 5;
const TOO_LONG = 6;
const NOT_FINITE = 7;
const RANGE = 8;
const REQUIREMENT = 9;
const OUTBOX_FIELDS = 2_045;

/** Knows a field of each type, a number of fields that an event tells it, and something for each instrument. */
const source = `import { Agent, FeatureVector, OrderEvent, PerInstrument, registerAgent, SnapshotReader, SnapshotWriter, Timer } from "abi/assembly";

class Market {
  seen: u32 = 0;

  snapshot(writer: SnapshotWriter): void {
    writer.u32(this.seen);
  }

  restore(reader: SnapshotReader, version: u32): void {
    this.seen = reader.u32();
  }
}

class Keeper extends Agent {
  private score: f64 = 0.5;
  private timeNs: i64 = -1;
  private tag: u32 = 3;
  private isOut: bool = false;
  private spare: u32 = 0;
  private markets: PerInstrument<Market> = new PerInstrument<Market>();

  onFeatures(vector: FeatureVector): void {
    this.markets.of(vector.instrumentId).seen += 1;
    this.signal(this.score, 1, this.timeNs, <i64>this.tag * 10 + <i64>this.isOut);
    this.signal(0, 1, this.markets.of(vector.instrumentId).seen, 1);
  }

  onOrder(event: OrderEvent): void {
    this.tag = event.tag;
    this.isOut = !this.isOut;
    this.score = <f64>event.price / 0;
  }

  onTimer(timer: Timer): void {
    this.timeNs = timer.timeNs;
    this.spare = <u32>(timer.timeNs % 10_000);
    this.score = 1 / <f64>(timer.timeNs + 3);
  }

  snapshot(writer: SnapshotWriter): void {
    writer.f64(this.score);
    writer.i64(this.timeNs);
    writer.u32(this.tag);
    writer.bool(this.isOut);
    writer.u32(this.spare);
    for (let index: u32 = 0; index < this.spare; index++) writer.i64(index);
    this.markets.snapshot(writer);
  }

  restore(reader: SnapshotReader, version: u32): void {
    this.score = reader.f64();
    this.timeNs = reader.i64();
    this.tag = reader.u32();
    if (version > 1) this.isOut = reader.bool();
    this.spare = reader.count(2_000);
    for (let index: u32 = 0; index < this.spare; index++) reader.require(reader.i64() == index);
    this.markets.restore(reader, version);
  }
}

registerAgent(new Keeper());
`;

const manifest = {
  name: "keeper",
  kind: "agent",
  version: "1.0.0",
  abi: 1,
  description: "keeps a field of each type",
  reads: ["FeatureVector", "OrderEvent", "Timer"],
  writes: ["Signal"],
  features: [],
  state: { version: 2, restores: [1, 2] },
  limits: { gasBase: 20_000, gasPerByte: 8, initGas: 1_000_000, callDepth: 32, pages: 4, outputs: 2 },
};

let bytes: Uint8Array;
before(async () => {
  bytes = await buildTestPlugin("keeper", manifest, source);
});

/** Score, time, tag and whether it is out, and how often the instrument was seen before. */
function knownOf(plugin: PluginUnderTest, instrumentId = 1): unknown[] {
  const [own, seen] = only(plugin.feed("FeatureVector", { instrumentId }), "Signal");
  const mixed = own?.timeToLiveNs ?? 0n;
  return [own?.score, own?.horizonNs, mixed / 10n, mixed % 10n === 1n, (seen?.horizonNs ?? 0n) - 1n];
}

const BEGINNING = [0.5, -1n, 3n, false, 0n];
/** Version 2 with three spare fields and two instruments. */
const whole: readonly (number | bigint)[] = [0.25, -7n, 9n, 1n, 3n, 0n, 1n, 2n, 2n, 1n, 41n, 64n, 42n];

function replaced(
  ...changes: readonly (readonly [place: number, value: number | bigint])[]
): (number | bigint)[] {
  const fields = [...whole];
  for (const [place, value] of changes) fields[place] = value;
  return fields;
}

describe("what is written is read again", () => {
  test("every type and every instrument, by the layout that the page draws", () => {
    const plugin = new PluginUnderTest(bytes);
    assert.equal(plugin.restore(encodeSnapshot(2, whole)), 0);
    assert.deepEqual(plugin.snapshot(), encodeSnapshot(2, whole));
    assert.deepEqual(knownOf(plugin), [0.25, -7n, 9n, true, 41n]);
    assert.deepEqual(knownOf(plugin, 64).at(-1), 42n);
    assert.deepEqual(knownOf(plugin, 5).at(-1), 0n);
  });

  test("metered or not, to the byte", () => {
    const [metered, plain] = [true, false].map((way) => new PluginUnderTest(bytes, { metered: way }));
    for (const plugin of [metered, plain]) plugin?.restore(encodeSnapshot(2, whole));
    assert.deepEqual(metered?.snapshot(), plain?.snapshot());
  });

  test("an earlier version has what it had, the rest is as at the beginning", () => {
    const plugin = new PluginUnderTest(bytes);
    assert.equal(plugin.restore(encodeSnapshot(1, [0.75, 5n, 8n, 0n, 0n])), 0);
    assert.deepEqual(knownOf(plugin), [0.75, 5n, 8n, false, 0n]);
  });

  test(`any number of each type comes out as it went in (seed ${randomSeed})`, () => {
    const plugin = new PluginUnderTest(bytes);
    const any = fc.tuple(
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
      fc.bigInt({ min: 0n, max: 2n ** 32n - 1n }),
      fc.bigInt({ min: 0n, max: 1n }),
    );
    const property = fc.property(any, (fields) => {
      const snapshot = encodeSnapshot(2, [...fields, 0n, 0n]);
      assert.equal(plugin.restore(snapshot), 0);
      assert.deepEqual(plugin.snapshot(), snapshot);
    });
    fc.assert(property, { seed: randomSeed });
  });
});

const refusals: readonly (readonly [title: string, fields: readonly (number | bigint)[], code: number])[] = [
  ["without a field", [], TOO_SHORT],
  ["whose last field is missing", whole.slice(0, -1), TOO_SHORT],
  ["with a field more", [...whole, 0n], TOO_LONG],
  ["with a NaN", replaced([0, Number.NaN]), NOT_FINITE],
  ["with an infinity", replaced([0, -Infinity]), NOT_FINITE],
  ["with a u32 of 33 bits", replaced([2, 2n ** 32n]), RANGE],
  ["with a u32 below zero", replaced([2, -1n]), RANGE],
  ["with a bool of 2", replaced([3, 2n]), RANGE],
  ["with more of something than there may be", replaced([4, 2_001n]), RANGE],
  ["with more of something than there is", replaced([4, 2_000n]), REQUIREMENT],
  ["with more instruments than a host has", replaced([8, 514n]), RANGE],
  ["with an instrument beyond the last", replaced([11, 513n]), RANGE],
  ["with an instrument twice", replaced([11, 1n]), RANGE],
  ["with instruments out of order", replaced([9, 64n], [11, 1n]), RANGE],
  ["of which the plugin's own requirement does not hold", replaced([6, 5n]), REQUIREMENT],
];

describe("[H3] a snapshot is refused, and the plugin knows what it knew,", () => {
  for (const [title, fields, code] of refusals)
    test(title, () => {
      const plugin = new PluginUnderTest(bytes);
      plugin.feed("Timer", { timeNs: 1 });
      const earlier = plugin.snapshot();
      assert.equal(plugin.restore(encodeSnapshot(2, fields)), code);
      assert.deepEqual(plugin.snapshot(), earlier);
    });

  test("of a version that the manifest does not name", () => {
    const plugin = new PluginUnderTest(bytes);
    for (const version of [0, 3, 0x7fff_ffff])
      assert.equal(plugin.restore(encodeSnapshot(version, whole)), 3);
    assert.deepEqual(knownOf(plugin), BEGINNING);
  });

  test("that begins otherwise, is cut, longer, or has a bit turned, at every place", () => {
    const plugin = new PluginUnderTest(bytes);
    const turned = encodeSnapshot(2, whole);
    turned[0] = 0;
    assert.equal(plugin.restore(turned), 2);
    for (const length of [0, 1, 8, 23]) assert.equal(plugin.restore(new Uint8Array(length)), 1);
    const longer = new Uint8Array([...encodeSnapshot(2, whole), ...new Uint8Array(8)]);
    assert.equal(plugin.restore(longer), 1);
    const changed = encodeSnapshot(2, whole);
    changed[30] = 1;
    assert.equal(plugin.restore(changed), 4);
    const inputs = [encodeRecord("FeatureVector", { instrumentId: 1 })];
    assertRefusesDamage(bytes, encodeSnapshot(2, whole), inputs);
  });
});

describe("[H3] a snapshot is not written", () => {
  const stopped = (text: string) => (error: unknown) =>
    error instanceof PluginStoppedError && error.abortMessage === text;

  test("with a number that is not finite", () => {
    const plugin = new PluginUnderTest(bytes);
    plugin.feed("OrderEvent", { price: 1 });
    assert.throws(() => plugin.snapshot(), stopped("a snapshot takes no NaN and no infinity"));
  });

  test("that is longer than the outbox; one that fills it is", () => {
    const plugin = new PluginUnderTest(bytes);
    const others = 6;
    plugin.feed("Timer", { timeNs: OUTBOX_FIELDS - others });
    assert.equal(plugin.snapshot().length, 16_384);
    plugin.feed("Timer", { timeNs: OUTBOX_FIELDS - others + 1 });
    assert.throws(() => plugin.snapshot(), stopped("the snapshot is longer than the outbox"));
  });
});

describe("the kit's assertions fail", () => {
  const inputs = Array.from({ length: 40 }, (_, index) =>
    index % 3 === 0
      ? encodeRecord("Timer", { timeNs: 1e10 + index })
      : encodeRecord("FeatureVector", { instrumentId: 1 + (index % 2) }),
  );

  test("never for one that hands over all that it knows", () => {
    assert.ok(assertSameAfterHandOver(bytes, inputs, { cuts: [1, 20, 39] }) > 0);
  });

  test("for another version that does not restore the state of this one, and never for one that does", async () => {
    const next = (restores: readonly number[]): Promise<Uint8Array> =>
      buildTestPlugin("keeper", { ...manifest, version: "2.0.0", state: { version: 3, restores } }, source);
    assert.ok(assertSameAfterHandOver(bytes, inputs, { cuts: [20], to: await next([2, 3]) }) > 0);
    const to = await next([3]);
    assert.throws(
      () => assertSameAfterHandOver(bytes, inputs, { cuts: [20], to }),
      /keeper refuses the snapshot after 20 inputs with code 3/,
    );
  });

  const careless = [
    [
      "where a field is forgotten",
      "this.seen = reader.u32();",
      "reader.u32();",
      /input \d+ is answered otherwise after a hand-over at 20/,
    ],
    [
      "where writing changes something",
      "writer.u32(this.tag);",
      "writer.u32(this.tag++);",
      /writing a snapshot has changed the plugin/,
    ],
    [
      "where its own snapshot is refused",
      "this.timeNs = reader.i64();",
      "this.timeNs = reader.u32();",
      /keeper refuses the snapshot after 20 inputs with code \d/,
    ],
  ] as const;
  for (const [title, from, by, message] of careless)
    test(title, async () => {
      assert.ok(source.includes(from));
      const made = await buildTestPlugin("keeper", manifest, source.replace(from, by));
      assert.throws(() => assertSameAfterHandOver(made, inputs, { cuts: [20] }), message);
    });

  test("where a damaged snapshot is taken", () => {
    const longer = new Uint8Array([...encodeSnapshot(2, whole), 0]);
    assert.throws(() => assertRefusesDamage(bytes, longer, []), /keeper takes a snapshot cut to 128 bytes/);
  });
});
