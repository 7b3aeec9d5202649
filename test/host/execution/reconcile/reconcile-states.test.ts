import assert from "node:assert/strict";
import { test } from "node:test";
import {
  nextReconcileState,
  ReconcileState,
  ReconcileTrigger,
} from "../../../../host/execution/reconcile/reconcile-states.ts";

const { UNRECONCILED, RECONCILED, BROKEN } = ReconcileState;
const states = Object.values(ReconcileState);
const triggers = Object.values(ReconcileTrigger);

test("every cell of the reconcile table obeys its rules", () => {
  for (const state of states)
    for (const trigger of triggers) {
      const next = nextReconcileState(state, trigger);
      const cell = `${state} by ${trigger}`;
      if (trigger === ReconcileTrigger.BREAK) assert.equal(next, BROKEN, cell);
      else if (state === BROKEN)
        assert.equal(next, trigger === ReconcileTrigger.BREAKS_OVER ? UNRECONCILED : BROKEN, cell);
      else if (trigger === ReconcileTrigger.LINE_DOWN) assert.equal(next, UNRECONCILED, cell);
      else if (trigger === ReconcileTrigger.CLEAN) assert.equal(next, RECONCILED, cell);
      else assert.equal(next, state, cell);
    }
});

test("only a whole clean round makes a venue reconciled", () => {
  for (const state of states)
    for (const trigger of triggers) {
      const isMade = state !== RECONCILED && nextReconcileState(state, trigger) === RECONCILED;
      assert.equal(isMade, state === UNRECONCILED && trigger === ReconcileTrigger.CLEAN);
    }
});
