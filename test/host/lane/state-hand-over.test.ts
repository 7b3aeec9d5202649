import assert from "node:assert/strict";
import { before, test } from "node:test";
import type { PluginModule } from "../../../host/engine/index.ts";
import { HandOver, handOverOf, loadModule, MemoryPool, ShadowCount } from "../../../host/engine/index.ts";
import type { BuiltLane, PluginAction } from "../../../host/lane/index.ts";
import { PluginChangeError } from "../../../host/lane/index.ts";
import { bundledModules } from "../../support/bundled-modules.ts";
import type { Input } from "../../support/market-session.ts";
import { marketSession, runSession } from "../../support/market-session.ts";
import { changeOf } from "../../support/plugin-swaps.ts";
import { SPARE, variantPlugin } from "../../support/variant-plugin.ts";

const FRAMES = 1_200;
const SHADOWED = 500;
const PROMOTED = 600;
const SETTLED = 700;

const stateful = [
  "ewma-volatility",
  "order-flow-imbalance",
  "signed-trade-flow",
  "momentum",
  "market-maker",
  "hedge",
  "order-rate",
] as const;

/** Version 2 of a state: one more field, which version 1 has not. */
const second = {
  manifest: { state: { version: 2, restores: [1, 2] } },
  edits: [
    [
      "    writer.f64(this.gross);\n    writer.i64(this.timeNs);",
      "    writer.f64(this.gross);\n    writer.i64(this.timeNs);\n    writer.i64(this.spare);",
    ],
    [
      "    this.timeNs = reader.i64();",
      "    this.timeNs = reader.i64();\n    if (version >= 2) this.spare = reader.i64();",
    ],
    ["    flow.timeNs = trade.timeNs;", "    flow.timeNs = trade.timeNs;\n    flow.spare += 1;"],
  ],
} as const;

let bundled: ReadonlyMap<string, Uint8Array>;
let list: readonly Input[];
let plain: string;
const variants = new Map<string, PluginModule>();
const flows = new Map<string, PluginModule>();

before(async () => {
  bundled = await bundledModules();
  for (const name of stateful)
    variants.set(name, loadModule(await variantPlugin(name, { version: "1.0.1" })));
  for (const version of ["2.0.0", "2.0.1"])
    flows.set(version, loadModule(await variantPlugin("signed-trade-flow", { ...second, version })));
  flows.set("1.0.0", loadModule(bundled.get("signed-trade-flow") ?? assert.fail()));
  list = marketSession(7, FRAMES);
  const ran = runSession(bundled, list);
  assert.ok(ran.sent > 20, `${ran.sent} orders`);
  plain = ran.effects;
});

function give(
  built: BuiltLane,
  action: PluginAction,
  slot: string,
  module: PluginModule | null = null,
  isFresh = false,
): void {
  const change = changeOf(action, slot, isFresh);
  const parameters = built.sources.get(slot)?.parameters ?? {};
  const candidate = module === null ? null : module.instantiate(built.pool, parameters);
  built.lane.onPlugin(change, candidate, Buffer.from(JSON.stringify(change)));
}

const slotOf = ({ slots }: BuiltLane, name: string) =>
  slots.find((slot) => slot.name === name) ?? assert.fail(`no slot ${name}`);

test("[H1] in a lane that trades every plugin with state hands it to other code, and no byte of what leaves differs", () => {
  const compared = new Map<string, number>();
  const ran = runSession(bundled, list, (index, built) => {
    for (const [place, name] of stateful.entries()) {
      const slot = slotOf(built, name);
      if (index === SHADOWED + place) {
        const module = variants.get(name) ?? assert.fail(name);
        const other = module.instantiate(new MemoryPool());
        assert.equal(handOverOf(slot.plugin ?? assert.fail(name), other), HandOver.SNAPSHOT, name);
        give(built, "shadow", name, module);
      }
      if (index === PROMOTED + place) {
        const counts = slot.shadow?.counts ?? assert.fail(name);
        assert.equal(counts[ShadowCount.EQUAL], counts[ShadowCount.CALLS], name);
        compared.set(name, counts[ShadowCount.CALLS] ?? 0);
        give(built, "promote", name);
      }
      if (index === SETTLED + place) give(built, "settle", name);
    }
  });
  assert.equal(ran.effects, plain);
  assert.deepEqual(ran.faults, []);
  for (const name of stateful) assert.equal(slotOf(ran.built, name).plugin?.manifest.version, "1.0.1");
  assert.equal([...compared.values()].filter((calls) => calls > 0).length, stateful.length);
});

test("[H1] a later version of the state takes over from the earlier one, and one of the later from that", () => {
  const name = "signed-trade-flow";
  const ran = runSession(bundled, list, (index, built) => {
    if (index === SHADOWED) give(built, "replace", name, flows.get("2.0.0"));
    if (index === PROMOTED) give(built, "replace", name, flows.get("2.0.1"));
  });
  assert.equal(ran.effects, plain);
  const { plugin } = slotOf(ran.built, name);
  assert.deepEqual([plugin?.manifest.version, ran.faults], ["2.0.1", []]);
  // What the second version alone knows came along: it counted from its beginning, not from the last swap.
  const trades = list.filter(({ bytes }, index) => index >= SHADOWED && bytes.includes('"e":"trade"')).length;
  assert.equal(
    spareOf(plugin?.exports.snapshot?.() ?? 0, plugin?.u8 ?? new Uint8Array(0)),
    BigInt(SPARE + trades),
  );
});

/** The last field of the first instrument. */
function spareOf(lengthBytes: number, memory: Uint8Array): bigint {
  assert.ok(lengthBytes > 0);
  const outbox = 4_096 + 16_384;
  return new DataView(memory.buffer).getBigInt64(outbox + lengthBytes - 8, true);
}

test("[H3] a version that cannot read the state of the one in place is refused and told, and changes nothing; wanted, it begins afresh", () => {
  const name = "signed-trade-flow";
  const first = flows.get("1.0.0");
  const ran = runSession(bundled, list, (index, built) => {
    if (index === SHADOWED) give(built, "replace", name, flows.get("2.0.0"));
    if (index !== PROMOTED) return;
    for (const action of ["shadow", "replace"] as const)
      assert.throws(
        () => give(built, action, name, first),
        (error) =>
          error instanceof PluginChangeError &&
          error.code === "SANDPIT_PLUGIN_STATE_LOST" &&
          /what signed-trade-flow 2\.0\.0 knows would be lost: its state is of version 2, and signed-trade-flow 1\.0\.0 restores the versions \[1\]/.test(
            error.message,
          ),
      );
    const { plugin, shadow } = slotOf(built, name);
    assert.deepEqual([plugin?.manifest.version, shadow], ["2.0.0", null]);
    assert.equal(built.pool.lentCount, built.slots.length);
  });
  assert.equal(ran.effects, plain);
  const fresh = runSession(bundled, list, (index, built) => {
    if (index === SHADOWED) give(built, "replace", name, flows.get("2.0.0"));
    if (index === PROMOTED) give(built, "replace", name, first, true);
  });
  assert.equal(slotOf(fresh.built, name).plugin?.manifest.version, "1.0.0");
  assert.notEqual(fresh.effects, plain, "what was known is gone");
});

test("one without state takes the place of one without: nothing is lost, and nobody has to say so", async () => {
  const other = loadModule(await variantPlugin("microprice", { version: "1.0.1" }));
  const ran = runSession(bundled, list, (index, built) => {
    if (index === SHADOWED) give(built, "replace", "microprice", other);
  });
  assert.equal(ran.effects, plain);
  assert.equal(slotOf(ran.built, "microprice").plugin?.manifest.version, "1.0.1");
});
