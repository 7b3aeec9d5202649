import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { JournalCode, RecordType } from "../../../host/journal/index.ts";
import { LaneJournal } from "../../../host/lane/lane-journal.hot.ts";
import { ScriptedJournal } from "../../support/scripted-journal.ts";

const BYTES = Uint8Array.of(1, 2, 3);
let writer: ScriptedJournal;
let journal: LaneJournal;
beforeEach(() => {
  writer = new ScriptedJournal();
  journal = new LaneJournal(writer, new Float64Array(1));
});

const input = (): void => journal.begin(RecordType.INPUT_TIMER, 0, BYTES, 0, 3);
const order = (isUrgent = false): number => journal.intent(RecordType.INTENT, 0, BYTES, 0, 3, isUrgent);
const types = (): number[] => writer.records.map(({ type }) => type);
const { INPUT_TIMER, INTENT, REFUSED, ORDER } = RecordType;

test("[J10] an order that a full disk refuses is marked at that very place, once, and cancels, inputs and outcomes are journalled on", () => {
  input();
  assert.equal(order(), 0);
  writer.answers.append = JournalCode.JOURNAL_FULL;
  assert.equal(order(), JournalCode.JOURNAL_FULL);
  journal.outcome(ORDER, BYTES, 3);
  assert.deepEqual(types(), [INPUT_TIMER, INTENT, REFUSED, ORDER]);
  assert.equal(writer.records[2]?.bytes.readInt32LE(0), JournalCode.JOURNAL_FULL);
  assert.equal(writer.records[2].isUrgent, true);
  input();
  assert.equal(order(), JournalCode.JOURNAL_FULL);
  assert.equal(order(true), 0);
  journal.outcome(ORDER, BYTES, 3);
  assert.deepEqual(types().slice(4), [INPUT_TIMER, INTENT, ORDER]);
  assert.deepEqual([journal.refusal, journal.isEnded], [JournalCode.JOURNAL_FULL, false]);
});

test("[J10] with room again no order goes on: the first refusal is the one that counts", () => {
  input();
  writer.answers.append = JournalCode.LAG;
  order();
  writer.answers.append = 0;
  assert.equal(order(), JournalCode.LAG);
  writer.answers.commit = JournalCode.FAILED;
  assert.equal(journal.commit(), JournalCode.FAILED);
  assert.equal(journal.refusal, JournalCode.LAG);
  assert.equal(types().filter((type) => type === REFUSED).length, 1);
});

for (const [what, lose] of [
  [
    "an input",
    () => {
      input();
      journal.flushInput();
    },
  ],
  ["an outcome", () => journal.outcome(ORDER, BYTES, 3)],
  ["a cancel", () => assert.equal(order(true), 0, "it leaves all the same")],
] as const)
  test(`[J9] behind ${what} that was refused nothing is journalled any more, also where there would be room: a hole is worse than an end`, () => {
    input();
    order();
    writer.answers.urgent = JournalCode.LAG;
    lose();
    assert.deepEqual([journal.refusal, journal.isEnded], [JournalCode.LAG, true]);
    writer.answers.urgent = 0;
    input();
    journal.flushInput();
    assert.equal(order(), JournalCode.LAG);
    assert.equal(order(true), 0);
    journal.outcome(ORDER, BYTES, 3);
    assert.equal(journal.note(RecordType.REFUSAL, 0, BYTES, 0, 3), JournalCode.LAG);
    assert.deepEqual(types(), [INPUT_TIMER, INTENT]);
  });

test("[J9] a commit that fails marks the place behind the orders that it was to bring out", () => {
  input();
  order();
  writer.answers.commit = JournalCode.JOURNAL_FULL;
  assert.equal(journal.commit(), JournalCode.JOURNAL_FULL);
  journal.outcome(ORDER, BYTES, 3);
  assert.deepEqual(types(), [INPUT_TIMER, INTENT, REFUSED, ORDER]);
});

test("[J10] a denial that a full disk does not take is left out, and ends nothing", () => {
  writer.answers.append = JournalCode.JOURNAL_FULL;
  input();
  assert.equal(journal.note(RecordType.REFUSAL, 0, BYTES, 0, 3), JournalCode.JOURNAL_FULL);
  assert.deepEqual([journal.refusal, journal.isEnded], [0, false]);
  assert.deepEqual(types(), [INPUT_TIMER]);
});
