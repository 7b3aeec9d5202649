import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
  AbsenceProof,
  ANSWERS_APART_NS,
  PROOF_WINDOW_NS,
  Source,
} from "../../../../host/execution/reconcile/absence-proof.hot.ts";
import { randomSeed } from "../../../support/random-seed.ts";

const SLOT = 3;

interface Answer {
  readonly source: number;
  readonly askedNs: number;
  readonly nowNs: number;
}

/** The rule once more, from the whole history: for each source two answers that were asked late, apart in time. */
function isProven(answers: readonly Answer[]): boolean {
  return [Source.ENGINE, Source.QUERY].every((source) => {
    const late = answers.filter((one) => one.source === source && one.askedNs >= PROOF_WINDOW_NS);
    const [first] = late;
    return first !== undefined && late.some(({ nowNs }) => nowNs - first.nowNs >= ANSWERS_APART_NS);
  });
}

test("[C8] absence is proven by two late answers of the engine and two of queries, apart in time, and by nothing less", () => {
  const step = fc.record({
    source: fc.constantFrom(Source.ENGINE, Source.QUERY),
    pauseNs: fc.constantFrom(0, ANSWERS_APART_NS - 1, ANSWERS_APART_NS, PROOF_WINDOW_NS / 2),
    lagNs: fc.constantFrom(0, 1, ANSWERS_APART_NS),
  });
  let proofs = 0;
  fc.assert(
    fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
      const proof = new AbsenceProof(8);
      const seen: Answer[] = [];
      let nowNs = 0;
      for (const { source, pauseNs, lagNs } of steps) {
        nowNs += pauseNs;
        const answer = { source, askedNs: Math.max(0, nowNs - lagNs), nowNs };
        seen.push(answer);
        const answered = proof.take(SLOT, 1, 1, source, Float64Array.of(0, answer.askedNs, nowNs));
        assert.equal(answered, isProven(seen));
        proofs += Number(answered);
      }
    }),
    { seed: randomSeed, numRuns: 2_000 },
  );
  assert.ok(proofs > 50, `${proofs} proofs`);
});

test("evidence is about one order: another in its slot, and one that was shown, begin with none", () => {
  const proof = new AbsenceProof(8);
  const late = (nowNs: number): Float64Array => Float64Array.of(0, nowNs, nowNs);
  const first = PROOF_WINDOW_NS;
  const second = first + ANSWERS_APART_NS;
  for (const nowNs of [first, second]) proof.take(SLOT, 1, 1, Source.ENGINE, late(nowNs));
  proof.take(SLOT, 1, 1, Source.QUERY, late(first));
  assert.equal(proof.take(SLOT, 1, 2, Source.QUERY, late(second)), false);
  for (const nowNs of [first, second]) proof.take(SLOT, 1, 3, Source.ENGINE, late(nowNs));
  proof.take(SLOT, 1, 3, Source.QUERY, late(first));
  proof.void(SLOT);
  assert.equal(proof.take(SLOT, 1, 3, Source.QUERY, late(second)), false);
});
