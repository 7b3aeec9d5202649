import assert from "node:assert/strict";
import { after, test } from "node:test";
import { failpointNames } from "../../host/platform/failpoints/index.ts";
import { CrashRun } from "./crash-run.ts";
import { lifeLine } from "./crash-program.ts";

const SEED = 1;
/** `npm run crash -- --kills 200` is the long form. */
const KILLS = 3;
const LAST_TRADE_MS = 1_000;

const run = await CrashRun.start(SEED);
after(() => run.end());

for (const failpoint of failpointNames()) {
  test(`[J1] [C6] a host that is killed at ${failpoint} leaves no order that the journal does not have, and no id twice`, async (context) => {
    const life = await run.die({ failpoint });
    context.diagnostic(lifeLine(life));
    assert.deepEqual(life.complaints, []);
  });
}

test(`[J1] [C6] ${KILLS} hosts that are killed under load leave no order that the journal does not have, and no id twice`, async (context) => {
  let orders = 0;
  for (let kill = 0; kill < KILLS; kill++) {
    const life = await run.die(run.randomDeath());
    context.diagnostic(lifeLine(life));
    assert.deepEqual(life.complaints, []);
    orders += life.orders;
  }
  assert.ok(orders >= KILLS, `${orders} orders: the hosts were not under load`);
});

test("[J1] the host after the last kill trades, ends in order, has the venue's position, and every life's journal replays", async () => {
  assert.deepEqual((await run.lastLife(LAST_TRADE_MS)).complaints, []);
});
