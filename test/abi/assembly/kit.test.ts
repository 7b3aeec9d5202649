import assert from "node:assert/strict";
import { test } from "node:test";
import { GROUP_HEADER_BYTES, OutboundFrame, SignalPool } from "../../../abi/host/index.ts";
import type { PluginKind } from "../../../tools/plugin-build/plugin-source.ts";
import type { PlainPlugin } from "../../support/plain-plugin.ts";
import { instantiatePlain } from "../../support/plain-plugin.ts";
import { buildTestPlugin } from "../../support/puppet-plugins.ts";
import { writeRecord } from "../../support/record-writer.ts";

/** A plugin written against the kit, in a memory of its own. */
async function write(kind: PluginKind, name: string, source: string): Promise<PlainPlugin> {
  const pages = kind === "venue" ? 40 : 4;
  const limits = { gasBase: 10_000, gasPerByte: 10, initGas: 1_000_000, callDepth: 32, pages, outputs: 1 };
  const manifest = { name, kind, version: "1.0.0", abi: 1, description: "", reads: [], writes: [], limits };
  const wasm = await buildTestPlugin(name, manifest, source);
  return instantiatePlain(new WebAssembly.Module(new Uint8Array(wasm)), kind, pages);
}

test("every record of the inbox reaches its method, a record of another kind none", async () => {
  const agent = await write(
    "agent",
    "kit-agent",
    `import { Agent, CombinedSignal, FeatureVector, InstrumentDefinition, OrderEvent, Timer, registerAgent } from "abi/assembly";
class Echo extends Agent {
  onInstrument(instrument: InstrumentDefinition): void { this.cancel(1); }
  onFeatures(vector: FeatureVector): void { this.limit(1, 5, 6, 2); }
  onCombinedSignal(signal: CombinedSignal): void { this.limitMaker(2, 7, 8, 3); }
  onOrder(event: OrderEvent): void { this.immediate(1, 9, 10, 4); }
  onTimer(timer: Timer): void { this.signal(0.5, 0.25, 11, 12); }
}
registerAgent(new Echo());`,
  );
  const ask = (name: Parameters<typeof writeRecord>[0]) =>
    agent.send(writeRecord(name, name === "Timer" || name === "Quote" ? {} : { instrumentId: 33 })).records;
  const shorts = (["InstrumentDefinition", "FeatureVector", "CombinedSignal", "OrderEvent"] as const).map(
    (name) => {
      const { instrumentId, action, side, orderType, timeInForce, price, quantity, tag } =
        ask(name)[0]?.fields ?? {};
      return [instrumentId, action, side, orderType, timeInForce, price, quantity, tag];
    },
  );
  assert.deepEqual(shorts, [
    [33, 2, 0, 0, 0, 0n, 0n, 1],
    [33, 1, 1, 2, 1, 5n, 6n, 2],
    [33, 1, 2, 3, 1, 7n, 8n, 3],
    [33, 1, 1, 2, 3, 9n, 10n, 4],
  ]);
  const [signal] = ask("Timer");
  assert.deepEqual(
    [
      signal?.fields["score"],
      signal?.fields["confidence"],
      signal?.fields["horizonNs"],
      signal?.fields["timeToLiveNs"],
    ],
    [0.5, 0.25, 11n, 12n],
  );
  assert.deepEqual(ask("Quote"), []);
});

test("features that override nothing take every record in silence", async () => {
  const feature = await write(
    "feature",
    "kit-feature",
    `import { Feature, registerFeature } from "abi/assembly";\nclass Still extends Feature {}\nregisterFeature(new Still());`,
  );
  for (const name of ["Quote", "Trade", "BookTop", "InstrumentDefinition", "Timer", "Signal"] as const)
    assert.deepEqual(feature.send(writeRecord(name, {})).records, []);
});

test("[P7] an outbox that is full traps, and what was written before is not returned", async () => {
  const feature = await write(
    "feature",
    "kit-flood",
    `import { Feature, Quote, registerFeature } from "abi/assembly";
class Flood extends Feature { onQuote(quote: Quote): void { while (true) this.publish(1, 0, 1); } }
registerFeature(new Flood());`,
  );
  assert.throws(() => feature.send(writeRecord("Quote", {})), /outbox full/);
});

test("a record is zeroed before it is filled in, whatever lay there", async () => {
  const feature = await write(
    "feature",
    "kit-zero",
    `import { emit, Feature, FeatureUpdate, Quote, registerFeature, Trade } from "abi/assembly";
class Bare extends Feature {
  onQuote(quote: Quote): void { this.publish(0xffff_ffff, 0xffff, 1e300); }
  onTrade(trade: Trade): void { emit<FeatureUpdate>(FeatureUpdate.TEMPLATE_ID); }
}
registerFeature(new Bare());`,
  );
  assert.deepEqual(feature.send(writeRecord("Quote", {})).records[0]?.fields, {
    value: 1e300,
    instrumentId: 0xffff_ffff,
    output: 0xffff,
  });
  assert.deepEqual(feature.send(writeRecord("Trade", {})).records[0]?.fields, {
    value: 0,
    instrumentId: 0,
    output: 0,
  });
});

test("behind a payload that is no multiple of eight bytes nothing is left of what lay there", async () => {
  const venue = await write(
    "venue",
    "kit-padding",
    `import { Frame, nextBlock, OrderCommand, OutboundFrame, registerVenue, reserve, Venue } from "abi/assembly";
class Padding extends Venue {
  onFrame(frame: Frame, start: usize, lengthBytes: u32): i32 { return 0; }
  onOrder(command: OrderCommand): i32 {
    const lengthBytes = command.requestId;
    memory.fill(nextBlock() + offsetof<OutboundFrame>(), 0x78, lengthBytes);
    const size = <u32>offsetof<OutboundFrame>() + lengthBytes;
    const frame = changetype<OutboundFrame>(reserve(size, OutboundFrame.TEMPLATE_ID, <u32>offsetof<OutboundFrame>()));
    frame.lengthBytes = lengthBytes;
    return 0;
  }
}
registerVenue(new Padding());`,
  );
  for (const lengthBytes of [64, 17, 24, 1, 7, 8, 63]) {
    const { code } = venue.send(writeRecord("OrderCommand", { requestId: lengthBytes }));
    const written = venue.bytes.subarray(venue.map.outboxOffset, venue.map.outboxOffset + code);
    const text = written.subarray(8 + OutboundFrame.blockLength);
    assert.equal(
      text.toString("latin1"),
      "x".repeat(lengthBytes).padEnd(Math.ceil(lengthBytes / 8) * 8, "\0"),
    );
  }
});

test("[O7] a rule that answers twice, or with a code beyond its own, traps", async () => {
  const rule = await write(
    "risk",
    "kit-rule",
    `import { registerRiskRule, RiskCheck, RiskRule } from "abi/assembly";
class Odd extends RiskRule {
  onCheck(check: RiskCheck): void {
    if (check.quantity == 1) { this.approve(); this.approve(); }
    else if (check.quantity == 2) this.deny(0, 0, 0);
    else if (check.quantity == 3) this.deny(1000, 0, 0);
    else if (check.quantity == 4) this.deny(999, 5, 6);
  }
}
registerRiskRule(new Odd());`,
  );
  const check = (quantity: number) => rule.send(writeRecord("RiskCheck", { quantity }));
  assert.deepEqual(check(4).records[0]?.fields, { observed: 5n, limit: 6n, code: 999 });
  assert.deepEqual(check(5).records, []);
  // The answer of the last check does not count for this one.
  assert.equal(check(4).records.length, 1);
  assert.deepEqual(rule.send(writeRecord("InstrumentDefinition", {})).records, []);
  assert.deepEqual(rule.send(writeRecord("Timer", {})).records, []);
  assert.throws(() => check(1), /a check has one answer/);
  for (const quantity of [2, 3]) assert.throws(() => check(quantity), /denial code must be 1 to 999/);
});

test("an ensemble reads its pool's entries by the stride that stands there, and none beyond", async () => {
  const ensemble = await write(
    "ensemble",
    "kit-ensemble",
    `import { Ensemble, registerEnsemble, SignalPool } from "abi/assembly";
class Last extends Ensemble {
  onPool(pool: SignalPool): void {
    if (pool.midPrice == 1) this.at(this.count);
    if (pool.midPrice == 2) this.at(-1);
    const combined = this.combine(pool, this.at(this.count - 1).score, 0, 1);
    combined.setWeightsAt(15, 0.5);
    if (pool.midPrice == 3) combined.setWeightsAt(16, 0.5);
    if (pool.midPrice == 4) combined.weightsAt(-1);
  }
}
registerEnsemble(new Last());`,
  );
  const send = (midPrice: number, stride: number) => {
    const group = Buffer.alloc(GROUP_HEADER_BYTES + 2 * stride);
    group.writeUInt16LE(stride, 0);
    group.writeUInt32LE(2, 4);
    group.writeDoubleLE(0.75, GROUP_HEADER_BYTES + stride);
    return ensemble.send(writeRecord("SignalPool", { midPrice, instrumentId: 3 }, group)).records[0]?.fields;
  };
  for (const stride of [SignalPool.signals.blockLength, SignalPool.signals.blockLength + 8]) {
    const fields = send(0, stride) ?? {};
    assert.deepEqual(
      [fields["score"], fields["instrumentId"], (fields["weights"] as readonly number[])[15]],
      [0.75, 3, 0.5],
    );
  }
  assert.deepEqual(ensemble.send(writeRecord("InstrumentDefinition", {})).records, []);
  assert.deepEqual(ensemble.send(writeRecord("Timer", {})).records, []);
  for (const mid of [1, 2]) assert.throws(() => send(mid, 40), /no such signal/);
  for (const mid of [3, 4]) assert.throws(() => send(mid, 40), /trapped/);
});

test("[P8] a frame that claims more than the inbox holds traps before the codec sees it; a refusal leaves the outbox empty", async () => {
  const venue = await write(
    "venue",
    "kit-venue",
    `import { emit, Frame, OrderCommand, Quote, registerVenue, Venue } from "abi/assembly";
class Codec extends Venue {
  onFrame(frame: Frame, start: usize, lengthBytes: u32): i32 {
    emit<Quote>(Quote.TEMPLATE_ID).updateId = load<u8>(start);
    return lengthBytes == 2 ? -7 : 0;
  }
  onOrder(command: OrderCommand): i32 { return -3; }
}
registerVenue(new Codec());`,
  );
  const frame = (claimed: number, bytes: Uint8Array) =>
    venue.send(writeRecord("Frame", { lengthBytes: claimed }, bytes));
  assert.equal(frame(1, Buffer.from([9])).records[0]?.fields["updateId"], 9n);
  assert.deepEqual(frame(2, Buffer.from([9, 9])), { code: -7, records: [] });
  assert.throws(() => frame(2, Buffer.from([9])), /frame longer than the inbox/);
  assert.equal(venue.send(writeRecord("OrderCommand", {})).code, -3);
  for (const name of ["InstrumentDefinition", "AssetDefinition", "Timer"] as const)
    assert.deepEqual(venue.send(writeRecord(name, {})), { code: 0, records: [] });
});
