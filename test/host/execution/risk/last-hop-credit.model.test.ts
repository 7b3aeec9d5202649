import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { ApprovalLedger, LastHop, TradingMode } from "../../../../host/execution/risk/index.ts";
import { randomSeed } from "../../../support/random-seed.ts";

const RUNS = 500;

function hopWith(clock: Float64Array, messagesMax: number, windowNs: number): LastHop {
  return new LastHop({
    ledger: new ApprovalLedger(64),
    kill: new Int32Array(new SharedArrayBuffer(4)),
    accountMode: Int32Array.of(TradingMode.ACTIVE),
    clock,
    leaseUntilNs: Float64Array.of(Number.POSITIVE_INFINITY),
    epoch: 1,
    budgets: [{ venueIndex: 0, messagesMax, windowNs, cancelReserve: 1 }],
  });
}

/** The same bucket in integers: credit counts in parts of a message, as many to one as the window has nanoseconds. */
class Bucket {
  private parts: number;
  private readonly messagesMax: number;
  private readonly windowNs: number;

  constructor(messagesMax: number, windowNs: number) {
    this.messagesMax = messagesMax;
    this.windowNs = windowNs;
    this.parts = messagesMax * windowNs;
  }

  pass(gapNs: number): void {
    this.parts = Math.min(this.parts + gapNs * this.messagesMax, this.messagesMax * this.windowNs);
  }

  take(): boolean {
    if (this.parts < this.windowNs) return false;
    this.parts -= this.windowNs;
    return true;
  }
}

test(`[O7] the last hop's credit is a bucket that fills evenly, overflows at its size, and gives whole messages alone (seed ${randomSeed})`, () => {
  const step = fc.record({
    gapNs: fc.oneof(fc.nat({ max: 40 }), fc.nat({ max: 400 })),
    count: fc.nat({ max: 8 }),
  });
  // A window of a power of two: then the hop's doubles are exact, and every single answer can be compared.
  const windowNs = fc.constantFrom(1, 8, 64, 256);
  const property = fc.property(
    fc.integer({ min: 2, max: 9 }),
    windowNs,
    fc.array(step, { maxLength: 60 }),
    (max, window, steps) => {
      const clock = new Float64Array(1);
      const hop = hopWith(clock, max, window);
      const bucket = new Bucket(max, window);
      let beyond = 0;
      for (const { gapNs, count } of steps) {
        clock[0] = (clock[0] ?? 0) + gapNs;
        bucket.pass(gapNs);
        for (let message = 0; message < count; message++) {
          const isWithin = bucket.take();
          if (!isWithin) beyond += 1;
          assert.equal(hop.passCancel(0), isWithin ? 0 : 1);
        }
      }
      assert.equal(hop.cancelsBeyondBudget[0], beyond);
    },
  );
  fc.assert(property, { seed: randomSeed, numRuns: RUNS });
});
