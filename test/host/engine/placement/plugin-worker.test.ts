import assert from "node:assert/strict";
import { before, test } from "node:test";
import { FeatureVector, HEADER_BYTES, OrderEvent } from "../../../../abi/host/index.ts";
import type { LoadedPlugin, OverflowPolicy, PluginModule } from "../../../../host/engine/index.ts";
import {
  ENTRY_HEADER_BYTES,
  EntryCell,
  EntryWord,
  FaultCode,
  loadModule,
  MemoryPool,
  PlacedKind,
  PluginChannel,
  PluginSlot,
  toldFaultOf,
} from "../../../../host/engine/index.ts";
import { trialEvents } from "../../../../host/engine/admission/trial/trial-events.ts";
import { bundledModules } from "../../../support/bundled-modules.ts";
import { LocalThreads, turn } from "../../../support/local-threads.ts";
import { Mood, moodyModule, setMood } from "../moody-plugin.ts";
import { compilePlugin } from "../sample-module.ts";

let moody: PluginModule;
before(async () => {
  moody = await moodyModule();
});

interface Output {
  readonly kind: number;
  readonly sequence: number;
  readonly timeNs: number;
  readonly generation: number;
  readonly code: number;
  readonly bytes: Buffer;
}

/** A slot whose plugin runs on a thread that the test pumps. */
class PlacedUnderTest {
  readonly threads = new LocalThreads();
  readonly channel: PluginChannel;
  readonly slot: PluginSlot;
  readonly nowNs = new Float64Array(1);

  constructor(plugin: LoadedPlugin, overflow: OverflowPolicy = "drop") {
    this.channel = new PluginChannel({
      name: "placed",
      overflow,
      deadlineNs: 10e6,
      ringBytes: 65_536,
      instrumentCount: 1,
      nowNs: this.nowNs,
      start: this.threads.start,
      wake: () => undefined,
    });
    this.slot = new PluginSlot("placed", plugin.manifest.kind, this.channel);
    this.slot.install(plugin);
  }

  static of(module: PluginModule, overflow?: OverflowPolicy): PlacedUnderTest {
    return new PlacedUnderTest(module.instantiate(new MemoryPool()), overflow);
  }

  /** Hands a record over whose first word says which one it is. */
  call(word: number): void {
    this.nowNs[0] = (this.nowNs[0] ?? 0) + 100;
    const { i32, inboxWord } = this.slot;
    i32[inboxWord] = word;
    i32[inboxWord + ((HEADER_BYTES + FeatureVector.instrumentId) >> 2)] = 1;
    this.slot.invoke(FeatureVector.templateId, HEADER_BYTES + FeatureVector.blockLength);
  }

  outputs(): Output[] {
    const list: Output[] = [];
    while (this.channel.next()) {
      const { entry, entryBytes } = this.channel;
      const bytes = Buffer.from(Uint8Array.prototype.slice.call(entry, 0, entryBytes));
      const words = new Int32Array(Uint8Array.from(bytes).buffer);
      const cells = new Float64Array(words.buffer, 0, 4);
      list.push({
        kind: words[EntryWord.KIND] ?? 0,
        sequence: cells[EntryCell.SEQUENCE] ?? 0,
        timeNs: cells[EntryCell.TIME] ?? 0,
        generation: words[EntryWord.GENERATION] ?? 0,
        code: words[EntryWord.CODE] ?? 0,
        bytes: bytes.subarray(ENTRY_HEADER_BYTES),
      });
    }
    return list;
  }

  /** Calls with each of some words, all handled, and what came out. */
  run(first: number, count: number): Output[] {
    const list: Output[] = [];
    for (let word = first; word < first + count; word++) {
      this.call(word);
      while (this.threads.pump() > 0);
      list.push(...this.outputs());
    }
    return list;
  }
}

/** What the moody plugin echoes: the word and how often it was called. */
const echo = ({ bytes }: Output): [number, number] => [bytes.readInt32LE(0), bytes.readInt32LE(4)];

test("an output carries the number and the time of the record that it was made of, and the generation", () => {
  const under = PlacedUnderTest.of(moody);
  assert.equal(under.slot.invoke(FeatureVector.templateId, 64), 0);
  const outputs = under.run(5, 2);
  assert.deepEqual(
    outputs.map(({ kind, sequence, timeNs, generation }) => [kind, sequence, timeNs, generation]),
    [
      [PlacedKind.OUTPUT, 1, 0, 1],
      [PlacedKind.OUTPUT, 2, 100, 1],
      [PlacedKind.OUTPUT, 3, 200, 1],
    ],
  );
  assert.deepEqual(outputs.map(echo), [
    [0, 1],
    [5, 2],
    [6, 3],
  ]);
});

for (const name of ["momentum", "market-maker", "hedge", "ewma-volatility", "signed-trade-flow"])
  test(`the same bytes of ${name} give the same outputs on a thread as in the lane, record by record`, async () => {
    const module = loadModule((await bundledModules()).get(name) ?? new Uint8Array(0));
    const inline = new PluginSlot("inline", module.manifest.kind);
    inline.install(module.instantiate(new MemoryPool()));
    const under = PlacedUnderTest.of(module);
    let written = 0;
    for (const record of trialEvents(module.manifest, [])) {
      const template = new DataView(record.buffer, record.byteOffset).getUint16(2, true);
      inline.u8.set(record, inline.inboxOffset);
      under.slot.u8.set(record, under.slot.inboxOffset);
      const length = inline.invoke(template, record.length);
      const expected = Buffer.from(inline.u8.subarray(inline.outboxOffset, inline.outboxOffset + length));
      under.slot.invoke(template, record.length);
      under.threads.pump();
      const outputs = under.outputs();
      assert.deepEqual(
        outputs.map(({ bytes }) => bytes),
        length === 0 ? [] : [expected],
      );
      written += length;
    }
    assert.ok(written > 0);
    assert.ok(Buffer.from(under.threads.slot("placed").u8).equals(Buffer.from(inline.u8)));
  });

test("[P1] [P13] a plugin that fails says why, with the record that it failed on, and is not called again", () => {
  for (const [mood, code, reason] of [
    [Mood.LOOP, FaultCode.GAS, /gas/],
    [Mood.RECURSE, FaultCode.DEPTH, /too deep/],
    [Mood.TRAP, FaultCode.TRAP, /unreachable/],
    [Mood.FORGE_LENGTH, FaultCode.OUTPUT, /handle returned 12/],
  ] as const) {
    const under = PlacedUnderTest.of(moody);
    under.run(1, 3);
    setMood(under.threads.slot("placed"), mood);
    const [fault, ...rest] = under.run(4, 3);
    assert.deepEqual([fault?.kind, fault?.sequence, fault?.code, rest], [PlacedKind.FAULT, 4, code, []]);
    const told = toldFaultOf(fault?.bytes ?? Buffer.alloc(0), 0, fault?.bytes.length ?? 0);
    assert.match(told.reason, reason);
    assert.ok(under.threads.last("placed").worker.isFinished);
  }
});

test("[P10] [P18] a plugin that floods waits for its host, and nothing of what it wrote is lost", () => {
  const under = PlacedUnderTest.of(moody);
  setMood(under.threads.slot("placed"), Mood.LONG);
  for (let word = 0; word < 20; word++) under.call(word);
  while (under.threads.pump() > 0);
  const first = under.outputs();
  // 64 KiB hold three outputs of 16 KiB with their headers.
  assert.equal(first.length, 3);
  const all = [...first];
  for (let round = 0; round < 20; round++) {
    under.threads.pump();
    all.push(...under.outputs());
  }
  assert.deepEqual(
    all.map(({ sequence }) => sequence),
    Array.from({ length: 20 }, (_, index) => index + 1),
  );
});

/** Fails a thread from outside, as a host sees it, and lets its plugin go on. */
async function killed(under: PlacedUnderTest): Promise<void> {
  under.threads.last("placed").end(new Error("terminated"));
  await turn();
  assert.match(under.channel.look(0) ?? "", /died: terminated/);
  under.slot.stop(FaultCode.THREAD, "its thread has died");
  assert.ok(under.channel.canResume);
  under.slot.resume();
}

test("[H7] a thread that is killed begins again with the state that it had, from its last image and the records since, any number of times", async () => {
  const under = PlacedUnderTest.of(moody);
  const steady = PlacedUnderTest.of(moody);
  for (let restart = 0; restart < 100; restart++) {
    const count = 1 + ((restart * 37) % 90);
    assert.deepEqual(under.run(restart, count).map(echo), steady.run(restart, count).map(echo));
    await killed(under);
  }
  assert.deepEqual(under.run(0, 1).map(echo), steady.run(0, 1).map(echo));
  const [mine, other] = [under.threads.slot("placed"), steady.threads.slot("placed")];
  assert.ok(Buffer.from(mine.u8).equals(Buffer.from(other.u8)));
  assert.equal(under.threads.threads.filter(({ isAlive }) => isAlive).length, 1);
  assert.equal(under.threads.threads.length, 101);
});

test("what a killed plugin had published is not published again, and what it had not taken is", async () => {
  const under = PlacedUnderTest.of(moody);
  under.run(1, 3);
  under.call(4);
  under.call(5);
  await killed(under);
  under.threads.pump();
  assert.deepEqual(under.outputs().map(echo), [
    [4, 4],
    [5, 5],
  ]);
});

test("what waited while the ring was full, and came behind later records, is neither published again nor kept back after a restart", async () => {
  const under = PlacedUnderTest.of(moody, "conflate");
  const seen: [number, number][] = [];
  for (let word = 0; word < 900; word++) under.call(word);
  assert.ok(under.channel.depth.waiting > 0);
  under.slot.i32[under.slot.inboxWord] = 5_000;
  under.slot.invoke(OrderEvent.templateId, 80);
  for (let round = 0; round < 40; round++) {
    under.threads.pump();
    seen.push(...under.outputs().map(echo));
    under.channel.flush();
    if (round % 7 === 3) await killed(under);
  }
  const words = seen.map(([word]) => word);
  assert.equal(new Set(words).size, words.length, "published twice");
  assert.deepEqual(words.slice(-2), [5_000, 899]);
});

test("the record that a plugin fails on is left out when it begins again, and so are those before it that it failed on", async () => {
  const module = loadModule(
    await compilePlugin(
      `let calls: i32 = 0;
export function handle(template: i32, length: i32): i32 {
  calls += 1;
  if (load<i32>(4096) == 13) unreachable();
  store<i32>(20480, load<i32>(4096));
  store<i32>(20484, calls);
  return 8;
}`,
      { name: "superstitious" },
    ),
  );
  const under = PlacedUnderTest.of(module);
  for (const word of [1, 13, 2, 13, 3]) under.call(word);
  const seen: [number, number][] = [];
  for (let fault = 0; fault < 3; fault++) {
    under.threads.pump();
    for (const output of under.outputs()) {
      if (output.kind === PlacedKind.OUTPUT) seen.push(echo(output));
      else {
        under.slot.stop(FaultCode.TRAP, "unreachable");
        await turn();
        under.slot.resume();
      }
    }
  }
  assert.deepEqual(seen, [
    [1, 1],
    [2, 2],
    [3, 3],
  ]);
});

test("a plugin whose thread cannot be had is seen as dead, not waited for", () => {
  const under = PlacedUnderTest.of(moody);
  under.threads.refusal = new Error("no more threads");
  under.slot.install(moody.instantiate(new MemoryPool()));
  assert.match(under.channel.look(0) ?? "", /no thread can be had: no more threads/);
});

test("[H5] a plugin that was replaced reaches nothing of its successor's", () => {
  const under = PlacedUnderTest.of(moody);
  under.run(1, 2);
  under.call(3);
  const old = under.threads.last("placed");
  under.slot.install(moody.instantiate(new MemoryPool()));
  old.worker.pump();
  under.call(7);
  under.threads.pump();
  const outputs = under.outputs();
  assert.deepEqual(outputs.map(echo), [[7, 1]]);
  assert.deepEqual([outputs[0]?.generation, outputs[0]?.sequence], [2, 1]);
  assert.equal(under.channel.restarts, 1);
});

test("[P7] [P22] a worker whose words make no sense is told of, and nothing of it is taken", () => {
  const under = PlacedUnderTest.of(moody);
  under.run(1, 1);
  const { memory } = under.threads.last("placed").input;
  Atomics.store(new Int32Array(memory), 32, 12_345_678);
  assert.equal(under.channel.next(), false);
  assert.match(under.channel.look(0) ?? "", /make no sense/);
  under.slot.stop(FaultCode.THREAD, "its rings make no sense");
  assert.equal(under.channel.canResume, false);
});

test("a worker sends one message until its host has looked", () => {
  const under = PlacedUnderTest.of(moody);
  for (const word of [1, 2, 3]) under.call(word);
  under.threads.pump();
  assert.equal(under.threads.wakes, 1);
  under.channel.listen();
  under.run(4, 1);
  assert.equal(under.threads.wakes, 2);
});
