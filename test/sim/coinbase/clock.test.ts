import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { VenueClock, formatStamp, parseStamp } from "../../../sim/coinbase/clock.ts";

/** 2026-08-09 21:05:48.228568804 UTC, the first stamp of the recording. */
const FIRST_NS = 1_786_309_548_228_568_804n;

test("stamps are those of the recording, to the nanosecond, without zeros at their end", () => {
  assert.equal(formatStamp(FIRST_NS), "2026-08-09T21:05:48.228568804Z");
  assert.equal(formatStamp(1_786_309_549_253_283_580n), "2026-08-09T21:05:49.25328358Z");
  assert.equal(formatStamp(1_786_309_549_000_000_000n), "2026-08-09T21:05:49Z");
  assert.equal(new VenueClock(FIRST_NS).micros(0), "2026-08-09T21:05:48.228568Z");
  const beat = new VenueClock(1_786_309_548_854_840_045n).goTime(0, 41_691_260_485_341);
  assert.equal(beat, "2026-08-09 21:05:48.854840045 +0000 UTC m=+41691.260485341");
});

test("stamps agree with the platform's calendar, and are read back", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 4_102_444_800_000 }), fc.nat(999_999), (ms, nanos) => {
      const epochNs = BigInt(ms) * 1_000_000n + BigInt(nanos);
      const text = formatStamp(epochNs);
      assert.equal(text.slice(0, 19), new Date(ms).toISOString().slice(0, 19));
      assert.equal(parseStamp(text), epochNs);
    }),
  );
});

test("what is no stamp is not read", () => {
  const bad = ["", "2026-08-09", "2026-13-01T00:00:00Z", "2026-02-30T00:00:00Z", "2026-08-09T24:00:00Z"];
  for (const text of [...bad, "2026-08-09T21:05:48", "2026-08-09T21:05:48.1234567890Z"])
    assert.equal(parseStamp(text), null, text);
});

test("a clock that starts before 1970 is refused", () => {
  assert.throws(() => new VenueClock(0n), RangeError);
});
