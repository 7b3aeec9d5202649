import assert from "node:assert/strict";
import { test } from "node:test";
import { JobThreads } from "../../../../host/platform/threads/index.ts";
import type { JobOutcome } from "../../../../host/platform/threads/index.ts";

const ENTRY = new URL("./fixtures/job.ts", import.meta.url);
/** Far above what a thread takes to start on a busy machine. */
const PATIENT = { deadlineMs: 30_000, heapMiB: 64 };

function run(act: string, limits = PATIENT, notes: unknown[] = []): Promise<JobOutcome> {
  return new JobThreads().run(ENTRY, act, limits, (note) => notes.push(note));
}

function reasonOf(outcome: JobOutcome): string {
  if (outcome.state !== "died") assert.fail(`the job ${outcome.state}`);
  return outcome.reason;
}

test("a job's notes and its answer are handed on, the answer as a copy of its own", async () => {
  const notes: unknown[] = [];
  assert.deepEqual(await run("answer", PATIENT, notes), {
    state: "answered",
    answer: new Uint8Array([1, 2, 3]),
  });
  assert.deepEqual(notes, ["half"]);
  assert.deepEqual(await run("twice"), { state: "answered", answer: "first" });
});

test("[P1][P2] a job that does not end is ended at its deadline", async () => {
  const jobs = new JobThreads();
  const notes: unknown[] = [];
  const limits = { deadlineMs: 1_500, heapMiB: 64 };
  const outcome = await jobs.run(ENTRY, "spin", limits, (note) => notes.push(note));
  assert.deepEqual(outcome, { state: "overdue" });
  // The thread itself ends too, and its place is free again.
  while (jobs.aliveCount > 0) await new Promise((resolve) => setTimeout(resolve, 5));
  assert.equal((await jobs.run(ENTRY, "answer", PATIENT)).state, "answered");
});

test("[P5] a job that throws, leaves, says nothing, or fills its heap has died, with a reason", async () => {
  assert.match(reasonOf(await run("throw")), /it broke/);
  assert.match(reasonOf(await run("leave")), /status 3 before it answered/);
  assert.match(reasonOf(await run("silent")), /status 0 before it answered/);
  assert.match(reasonOf(await run("heap", { deadlineMs: 30_000, heapMiB: 16 })), /memory/i);
});

test("a job that says what is no message, or does not stop to make notes, is not listened to", async () => {
  assert.match(reasonOf(await run("nonsense")), /no answer/);
  const notes: unknown[] = [];
  assert.match(reasonOf(await run("flood", PATIENT, notes)), /more than 256 notes/);
  assert.equal(notes.length, 256);
});

test("an input that no thread can be given has died before it began", async () => {
  const jobs = new JobThreads();
  assert.match(reasonOf(await jobs.run(ENTRY, () => undefined, PATIENT)), /could not be cloned/);
  assert.equal(jobs.aliveCount, 0);
});

test("no more threads run than may", async () => {
  const jobs = new JobThreads(1);
  const first = jobs.run(ENTRY, "answer", PATIENT);
  assert.deepEqual(await jobs.run(ENTRY, "answer", PATIENT), { state: "busy" });
  assert.equal((await first).state, "answered");
});

test("a thread made beforehand does a job as any other does, the first of its entry and heap, and is used once", async () => {
  // Threads that were told to end count until they have: here more of them than a host lets run.
  const jobs = new JobThreads(8);
  jobs.prepare(ENTRY, PATIENT.heapMiB);
  jobs.prepare(ENTRY, PATIENT.heapMiB);
  assert.equal(jobs.aliveCount, 0);
  assert.match(reasonOf(await jobs.run(ENTRY, () => undefined, PATIENT)), /could not be cloned/);
  assert.match(
    reasonOf(await jobs.run(ENTRY, "identity", { ...PATIENT, heapMiB: 65 })),
    /thread \d+ waited false/,
  );
  const first = reasonOf(await jobs.run(ENTRY, "identity", PATIENT));
  assert.match(first, /thread \d+ waited true/);
  const second = reasonOf(await jobs.run(ENTRY, "identity", PATIENT));
  assert.match(second, /thread \d+ waited false/);
  assert.notEqual(first.replace(/\D/g, ""), second.replace(/\D/g, ""));
});

test("[P1][P2] the deadline of a job counts from when it is given, also to a thread that has waited; one that died while it waited is not used", async () => {
  const jobs = new JobThreads();
  jobs.prepare(ENTRY, PATIENT.heapMiB);
  const outcome = await jobs.run(ENTRY, "spin", { ...PATIENT, deadlineMs: 1_500 });
  assert.deepEqual(outcome, { state: "overdue" });
  const missing = new URL("./fixtures/no-such-job.ts", import.meta.url);
  const others = new JobThreads();
  others.prepare(missing, PATIENT.heapMiB);
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  assert.match(reasonOf(await others.run(missing, "answer", PATIENT)), /no-such-job/);
  others.prepare(ENTRY, PATIENT.heapMiB);
  assert.equal((await others.run(ENTRY, "answer", PATIENT)).state, "answered");
});
