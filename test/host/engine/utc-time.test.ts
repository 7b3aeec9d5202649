import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { utcText, utcTimeMs } from "../../../host/engine/index.ts";
import { randomSeed } from "../../support/random-seed.ts";

test(`every second from 1970 to 9999 is read as the calendar has it (seed ${randomSeed})`, () => {
  const lastSecond = Date.UTC(9999, 11, 31, 23, 59, 59) / 1_000;
  const property = fc.property(fc.integer({ min: 0, max: lastSecond }), (second) => {
    const text = new Date(second * 1_000).toISOString().replace(".000Z", "Z");
    assert.equal(utcTimeMs(text), second * 1_000, text);
  });
  fc.assert(property, { numRuns: 2_000, seed: randomSeed });
  for (const text of [
    "1970-01-01T00:00:00Z",
    "2000-02-29T00:00:00Z",
    "2024-03-01T12:34:56Z",
    "9999-12-31T23:59:59Z",
  ])
    assert.equal(utcTimeMs(text), Date.parse(text));
});

test("a day or an hour that does not exist, and any other form, is no time", () => {
  for (const text of [
    "2026-02-29T00:00:00Z",
    "2100-02-29T00:00:00Z",
    "2026-04-31T00:00:00Z",
    "2026-00-01T00:00:00Z",
    "2026-13-01T00:00:00Z",
    "2026-01-00T00:00:00Z",
    "2026-01-01T24:00:00Z",
    "2026-01-01T00:60:00Z",
    "2026-01-01T00:00:60Z",
    "1969-12-31T23:59:59Z",
    "2026-01-01T00:00:00",
    "2026-01-01T00:00:00+00:00",
    "2026-01-01T00:00:00.000Z",
    "2026-01-01",
    " 2026-01-01T00:00:00Z",
    "",
  ])
    assert.equal(utcTimeMs(text), null, text);
});

test(`a time is written as the calendar has it, to the millisecond (seed ${randomSeed})`, () => {
  const last = Date.UTC(9_999, 11, 31, 23, 59, 59, 999);
  for (const timeMs of [0, 951_782_400_000, 951_868_799_999, 4_107_542_400_000, last])
    assert.equal(utcText(timeMs), new Date(timeMs).toISOString());
  fc.assert(
    fc.property(fc.integer({ min: 0, max: last }), (timeMs) => {
      assert.equal(utcText(timeMs), new Date(timeMs).toISOString());
    }),
    { seed: randomSeed, numRuns: 2_000 },
  );
});
