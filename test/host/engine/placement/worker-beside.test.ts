import assert from "node:assert/strict";
import { before, test } from "node:test";
import fc from "fast-check";
import type { PluginModule } from "../../../../host/engine/index.ts";
import { FaultCode } from "../../../../host/engine/index.ts";
import { randomSeed } from "../../../support/random-seed.ts";
import { Mood, moodyModule } from "../moody-plugin.ts";
import type { SwapUnderTest } from "./beside-under-test.ts";
import { InlineSwap, ThreadSwap } from "./beside-under-test.ts";

let moody: PluginModule;
before(async () => {
  moody = await moodyModule();
});

type Step =
  | { readonly name: "call"; readonly word: number }
  | { readonly name: "mood"; readonly mood: number; readonly isBeside: boolean }
  | { readonly name: "shadow" | "promote" | "settle" };

const moods = [Mood.ECHO, Mood.SILENT, Mood.OTHER, Mood.TRAP, Mood.LOOP, Mood.FORGE_LENGTH, Mood.RECURSE];
const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({ name: fc.constant("call" as const), word: fc.integer({ min: 0, max: 99 }) }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        name: fc.constant("mood" as const),
        mood: fc.constantFrom(...moods),
        isBeside: fc.boolean(),
      }),
    },
    {
      weight: 4,
      arbitrary: fc.record({
        name: fc.constantFrom("shadow" as const, "promote" as const, "settle" as const),
      }),
    },
  ),
  { maxLength: 40 },
);

/** Does what can be done in the state at hand, and nothing else. */
async function does(under: SwapUnderTest, step: Step): Promise<void> {
  const { slot } = under;
  if (step.name === "call") under.call(step.word);
  else if (step.name === "mood") under.setMood(step.mood, step.isBeside);
  else if (step.name === "shadow") {
    if (slot.shadow === null) await under.shadow();
  } else if (step.name === "promote") {
    if (slot.shadow?.slot.state === "running") under.promote();
  } else if (slot.shadow !== null) under.settle();
}

const seen = ({ slot, outputs }: SwapUnderTest): unknown => [
  outputs,
  slot.state,
  slot.generation,
  slot.rollbacks,
  slot.lastFault?.code,
  slot.rolledBackFault?.code,
];
const besideOf = (under: SwapUnderTest): unknown => {
  const { shadow } = under.slot;
  return shadow === null
    ? null
    : [shadow.role, shadow.slot.state, shadow.slot.lastFault?.code, under.counts()];
};

test(`[H1] [H2] whatever is done to a plugin, shadow, promotion, rollback and faults come to the same on a thread as in the lane, output by output and count by count (seed ${randomSeed})`, async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (list) => {
      const inline = new InlineSwap(moody);
      const thread = new ThreadSwap(moody);
      for (const step of list) {
        await does(inline, step);
        await does(thread, step);
        assert.deepEqual(seen(thread), seen(inline), JSON.stringify(step));
        if (inline.slot.state !== "running") return;
        assert.deepEqual(besideOf(thread), besideOf(inline), JSON.stringify(step));
        assert.equal(thread.there.shadow === null, thread.slot.shadow === null);
        assert.ok(Buffer.from(thread.there.u8.buffer, 4096).equals(Buffer.from(inline.slot.u8.buffer, 4096)));
      }
    }),
    { seed: randomSeed, numRuns: 60 },
  );
});

test("the first calls that differ come over from the thread as they were, eight and no more", async () => {
  const inline = new InlineSwap(moody);
  const thread = new ThreadSwap(moody);
  for (const under of [inline, thread] as const) {
    under.call(1);
    await under.shadow();
    under.setMood(Mood.OTHER, true);
    for (let word = 10; word < 30; word++) under.call(word);
    under.counts();
  }
  assert.deepEqual(thread.counts(), [20, 0, 0, 0, 20]);
  assert.equal(thread.slot.shadow?.differences.length, 8);
  assert.deepEqual(thread.slot.shadow.differences, inline.slot.shadow?.differences);
});

test("[H2] a promoted plugin that fails on a record is rolled back on its thread, and the predecessor's answer to that very record counts, under the next generation", async () => {
  const thread = new ThreadSwap(moody);
  thread.call(1);
  await thread.shadow();
  thread.promote();
  thread.call(2);
  thread.setMood(Mood.TRAP, false);
  thread.offer(3);
  thread.offer(4);
  thread.run();
  assert.deepEqual(thread.outputs, ["1: 1 1", "2: 2 2", "3: 3 3", "3: 4 4"]);
  assert.deepEqual([thread.slot.rollbacks, thread.slot.rolledBackFault?.code], [1, FaultCode.TRAP]);
  assert.equal(thread.threads.threads.length, 1);
});

test("[H5] what the one before has written and the lane has not taken is refused after a promotion", async () => {
  const thread = new ThreadSwap(moody);
  await thread.shadow();
  thread.offer(1);
  while (thread.threads.pump() > 0);
  thread.slot.promote();
  thread.run();
  assert.deepEqual([thread.outputs, thread.refused], [[], 1]);
  thread.call(2);
  assert.deepEqual(thread.outputs, ["2: 2 2"]);
});

test("a candidate that fails between the promotion's order and the last record before it was never in place: the predecessor goes on", async () => {
  const thread = new ThreadSwap(moody);
  thread.call(1);
  await thread.shadow();
  thread.setMood(Mood.TRAP, true);
  thread.offer(2);
  thread.promote();
  assert.equal(thread.slot.state, "running");
  assert.deepEqual([thread.slot.generation, thread.slot.rollbacks], [3, 1]);
  thread.call(3);
  assert.deepEqual(thread.outputs.at(-1), "3: 3 3");
});

test("a probation that a person ends backwards while the thread does so by itself ends with one generation on both sides", async () => {
  const thread = new ThreadSwap(moody);
  await thread.shadow();
  thread.promote();
  thread.setMood(Mood.TRAP, false);
  thread.offer(1);
  while (thread.threads.pump() > 0);
  thread.promote();
  thread.settle();
  assert.deepEqual([thread.slot.state, thread.slot.generation], ["running", 3]);
  thread.call(2);
  assert.deepEqual(thread.outputs.at(-1), "3: 2 2");
});

test("a candidate that cannot be made says why, and the plugin is not touched", async () => {
  const thread = new ThreadSwap(moody);
  thread.call(1);
  const candidate = moody.instantiate(thread.pool);
  const known = Buffer.from(thread.there.u8);
  const post = thread.threads.last("place");
  post.lose = true;
  await assert.rejects(thread.ready(candidate), { code: "SANDPIT_ENGINE_BESIDE" });
  assert.ok(Buffer.from(thread.there.u8).equals(known));
  post.lose = false;
  await thread.ready(moody.instantiate(thread.pool));
});

const swapSteps: readonly (readonly [title: string, run: (thread: ThreadSwap) => Promise<void>])[] = [
  [
    "while a candidate is made ready",
    async (thread) => {
      const answer = thread.channel.prepare(moody.instantiate(thread.pool), "image", () => undefined);
      const isRefused = assert.rejects(answer, { code: "SANDPIT_ENGINE_BESIDE" });
      await killed(thread);
      await isRefused;
    },
  ],
  [
    "in a shadow",
    async (thread) => {
      await thread.shadow();
      await killed(thread);
    },
  ],
  [
    "after the promotion was ordered and before it was carried out",
    async (thread) => {
      await thread.shadow();
      thread.slot.promote();
      await killed(thread);
    },
  ],
  [
    "in a probation",
    async (thread) => {
      await thread.shadow();
      thread.promote();
      await killed(thread);
    },
  ],
  [
    "after a rollback was written and before it was taken",
    async (thread) => {
      await thread.shadow();
      thread.promote();
      thread.setMood(Mood.TRAP, false);
      thread.offer(7);
      while (thread.threads.pump() > 0);
      await killed(thread);
    },
  ],
  [
    "after a rollback was ordered",
    async (thread) => {
      await thread.shadow();
      thread.promote();
      thread.slot.promote();
      thread.slot.endShadow();
      await killed(thread);
    },
  ],
];

/** The thread dies; what it had said is taken first, as the host does. Then the plugin begins again by one of the two ways. */
async function killed(thread: ThreadSwap): Promise<void> {
  const reason = await thread.kill();
  thread.take();
  if (thread.slot.state === "running") thread.slot.stop(FaultCode.THREAD, reason);
  if (thread.slot.state === "running") return;
  if (thread.channel.canResume) thread.slot.resume();
  else thread.slot.install(moody.instantiate(thread.pool));
}

for (const [title, run] of swapSteps)
  test(`[H7] a thread that dies ${title} leaves one thread and one generation, which goes on`, async () => {
    const thread = new ThreadSwap(moody);
    for (let word = 0; word < 5; word++) thread.call(word);
    await run(thread);
    const already = thread.outputs.length;
    thread.call(50);
    thread.call(51);
    const answers = thread.outputs.slice(already).map((text) => text.split(" ").slice(0, 2).join(" "));
    const { generation } = thread.slot;
    assert.deepEqual(answers.slice(-2), [`${generation}: 50`, `${generation}: 51`]);
    assert.equal(thread.slot.shadow, null);
    assert.equal(thread.there.shadow, null);
    assert.equal(thread.threads.threads.filter(({ isAlive }) => isAlive).length, 1);
  });

test("[H7] a promoted plugin goes on, after its thread has died, with what it knew: also with what it was handed over", async () => {
  const thread = new ThreadSwap(moody);
  for (let word = 0; word < 5; word++) thread.call(word);
  await thread.shadow();
  thread.promote();
  thread.settle();
  thread.call(5);
  await killed(thread);
  thread.call(6);
  assert.deepEqual(thread.outputs.slice(-2), ["2: 5 6", "3: 6 7"]);
});
