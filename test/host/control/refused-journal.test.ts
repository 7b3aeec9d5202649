import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { sessionText } from "../../../cli/commands/replay-command.ts";
import { TradingMode } from "../../../host/execution/risk/index.ts";
import { JournalCode } from "../../../host/journal/index.ts";
import { HostAtVenue } from "../../support/host-at-venue.ts";
import { randomSeed } from "../../support/random-seed.ts";

const KEPT_BYTES = 1 << 20;

/** A host that trades by itself, and so many records may the reserve hold. */
async function trading(reserveBytes: number): Promise<HostAtVenue> {
  const host = await HostAtVenue.open("real", 3, { reserveBytes, batchBytes: 4096 });
  host.arm();
  host.pass(15);
  assert.ok(host.life.built.orders.columns.cumQty.some((quantity) => quantity > 0));
  return host;
}

const mode = ({ life }: HostAtVenue): number => life.built.modes.account[0] ?? 0;

describe("a journal whose disk refuses", () => {
  test("[J10] full: the replay is equal up to the record that says so, and ends there with another word than a difference", async () => {
    const host = await trading(KEPT_BYTES);
    host.disk.capacityBytes = host.disk.usedBytes() + 30_000;
    host.passUntil("a refusal", () => host.life.built.lane.parts.journal.refusal !== 0, 60);
    assert.equal(mode(host), TradingMode.HALTED);
    host.pass(10);
    const [replay] = host.replay();
    assert.equal(replay?.divergence, null);
    assert.equal(replay.ended?.code, JournalCode.JOURNAL_FULL);
    const last = host.life.journal.progress[0] ?? 0;
    assert.ok(replay.ended.sequence < last, "what followed is in the journal all the same");
    assert.match(
      sessionText(replay),
      /ENDED at record \d+, equal up to it: the journal refused \(JOURNAL_FULL\), and the host went on cancel-only/,
    );
  });

  test("[J10] full without a reserve: nothing follows, and the next start begins with what was written", async () => {
    const host = await trading(0);
    host.disk.capacityBytes = host.disk.usedBytes() + 10_000;
    // What the disk does not take waits in memory, as much as there is for the greatest record.
    host.passUntil("an end", () => host.life.built.lane.parts.journal.isEnded, 300);
    host.disk.capacityBytes = Number.POSITIVE_INFINITY;
    host.pass(5);
    const written = host.life.journal.progress[0];
    host.pass(5);
    assert.equal(
      host.life.journal.progress[0],
      written,
      "with room again nothing is appended behind the hole",
    );
    host.kill();
    host.restart();
    host.passUntil("a reconciled venue", () => host.life.session.armRefusal === null, 120);
    assert.deepEqual(
      host.replay().map(({ divergence }) => divergence),
      [null, null],
    );
  });

  test(`[J9] failing at any write: the replay of what is there differs in nothing (seed ${randomSeed})`, async () => {
    const property = fc.asyncProperty(
      fc.integer({ min: 1, max: 60 }),
      fc.constantFrom("EIO", "ENOSPC"),
      fc.constantFrom(0, KEPT_BYTES),
      async (calls, injection, reserveBytes) => {
        const host = await trading(reserveBytes);
        host.disk.inject(host.disk.calls + calls, injection);
        host.pass(20);
        const [replay] = host.replay();
        assert.equal(replay?.divergence, null);
        const { refusal } = host.life.built.lane.parts.journal;
        if (refusal !== 0) assert.equal(mode(host), TradingMode.HALTED);
        if (injection === "EIO") assert.equal(refusal, JournalCode.FAILED);
      },
    );
    await fc.assert(property, { seed: randomSeed, numRuns: 8 });
  });
});
