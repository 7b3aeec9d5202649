import assert from "node:assert/strict";
import { test } from "node:test";
import { compareLedgers } from "../../../cli/live/ledger-comparison.ts";
import { shortSession } from "../../support/short-session.ts";

const SCALE = 10n ** 16n;

test("a venue that has a hair more or less than the host's fills say is shown as different", async () => {
  const { built } = await shortSession(10);
  const opening = { BTC: 10n * SCALE, USDT: 1_000_000n * SCALE };
  const first = compareLedgers(built, [
    { venueIndex: 0, asset: "BTC", opening: opening.BTC, free: 0n, locked: 0n },
    { venueIndex: 0, asset: "USDT", opening: opening.USDT, free: 0n, locked: 0n },
  ]);
  const hosts = first.map(({ host }) => BigInt(host.replace(".", "").padEnd(host.indexOf(".") + 16, "0")));
  const [btc = 0n, usdt = 0n] = hosts;
  const compare = (off: bigint) =>
    compareLedgers(built, [
      { venueIndex: 0, asset: "BTC", opening: opening.BTC, free: btc - off, locked: 0n },
      { venueIndex: 0, asset: "USDT", opening: opening.USDT, free: usdt, locked: 0n },
    ]);
  assert.deepEqual(
    compare(0n).map(({ isEqual }) => isEqual),
    [true, true],
  );
  const [different] = compare(1n);
  assert.equal(different?.isEqual, false);
  assert.equal(different.difference, "0.0000000000000001");
});
