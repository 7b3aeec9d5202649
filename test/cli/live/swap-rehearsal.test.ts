import assert from "node:assert/strict";
import { test } from "node:test";
import { SwapRehearsal } from "../../../cli/live/swap-rehearsal.ts";
import { NullJournal } from "../../../host/control/null-journal.ts";
import { FaultCode } from "../../../host/engine/index.ts";
import { shortSession } from "../../support/short-session.ts";

const SECONDS = 20;

test("[H1] a rehearsal swaps every plugin to itself, and no order of the session is another for it", async () => {
  const rehearsal = new SwapRehearsal();
  const rehearsed = await shortSession(SECONDS, new NullJournal(), ({ session, built }) =>
    rehearsal.onStep(session, built),
  );
  const plain = await shortSession(SECONDS);
  assert.ok(rehearsal.swaps >= rehearsed.built.slots.length, `${rehearsal.swaps} swaps`);
  for (const { name, generation, state } of rehearsed.built.slots)
    assert.ok(generation >= 2 && state === "running", `${name}: ${state}, ${generation}`);
  assert.ok((rehearsed.built.lane.counters[0] ?? 0) > 0);
  assert.equal(rehearsed.session.orderHash(), plain.session.orderHash());
});

test("a plugin that has failed, before or beside, is left as it is, and the others are swapped", async () => {
  const rehearsal = new SwapRehearsal();
  let step = 0;
  const { built } = await shortSession(SECONDS, new NullJournal(), (view) => {
    const { slots } = view.built;
    step += 1;
    if (step === 60) slots[0]?.shadow?.slot.stop(FaultCode.OUTPUT, "for the test");
    if (step === 61) slots[1]?.stop(FaultCode.OUTPUT, "for the test");
    rehearsal.onStep(view.session, view.built);
  });
  assert.ok(rehearsal.swaps > 0);
  assert.equal(built.slots[0]?.state, "running");
  assert.equal(built.slots[2]?.state, "running");
  assert.ok(built.slots[2].generation >= 2);
});
