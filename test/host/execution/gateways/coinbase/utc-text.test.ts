import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { utcText } from "../../../../../host/execution/gateways/coinbase/utc-text.ts";
import { randomSeed } from "../../../../support/random-seed.ts";

const YEAR_9999_MS = 253_402_300_799_999;

test(`a time is written as the calendar has it (seed ${randomSeed})`, () => {
  const property = fc.property(fc.integer({ min: 0, max: YEAR_9999_MS }), (ms) => {
    assert.equal(utcText(ms), new Date(ms).toISOString());
  });
  fc.assert(property, { seed: randomSeed, numRuns: 5_000 });
});

test("the days around each end of a month and a leap day are written right", () => {
  for (let day = 0; day < 60_000; day += 1)
    for (const ms of [day * 86_400_000, day * 86_400_000 - 1])
      if (ms >= 0) assert.equal(utcText(ms), new Date(ms).toISOString());
  assert.equal(utcText(1_786_309_548_026.9), "2026-08-09T21:05:48.026Z");
});
