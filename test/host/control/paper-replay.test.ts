import assert from "node:assert/strict";
import { before, test } from "node:test";
import { replayJournal } from "../../../host/control/replay.ts";
import { NodeDisk } from "../../../host/platform/disk/index.ts";
import { freshDirectory } from "../../cli/sandpit.ts";
import type { PlannedChange } from "../../support/swapped-session.ts";
import { swappedIdentity, swappedSession } from "../../support/swapped-session.ts";

const disk = new NodeDisk();
const shadows: readonly PlannedChange[] = [
  { step: 60, action: "shadow", slot: "momentum", module: "momentum", parameters: { entryScore: 0.05 } },
  {
    step: 90,
    action: "shadow",
    slot: "market-maker",
    module: "market-maker",
    parameters: { quantity: 1_200_000, halfSpreadTicksMin: 2 },
  },
];
const promotions: readonly PlannedChange[] = [
  { step: 560, action: "promote", slot: "market-maker" },
  { step: 600, action: "promote", slot: "momentum" },
  { step: 900, action: "settle", slot: "market-maker" },
];

const SECONDS = 10;
const session = async (
  directory: string,
  plan: readonly PlannedChange[],
): ReturnType<typeof swappedSession> => swappedSession(directory, plan, undefined, SECONDS);

let plain: Awaited<ReturnType<typeof swappedSession>>;
before(async () => {
  plain = await session(freshDirectory(), []);
});

test("[P17] agents that parted, traded on paper and were promoted replay to the same state and orders", async () => {
  const directory = freshDirectory();
  const ran = await session(directory, [...shadows, ...promotions]);
  const [replay] = replayJournal(disk, directory, swappedIdentity);
  assert.equal(replay?.divergence, null);
  assert.equal(replay.stateHash, ran.stateHash);
  assert.equal(replay.journalledStateHash, ran.stateHash);
  assert.equal(replay.orderHash, ran.orderHash);
  assert.notEqual(ran.orderHash, plain.orderHash, "what was promoted trades otherwise");
  const states = ran.built.lane.parts.agents.slots.map(({ state, generation }) => [state, generation]);
  assert.deepEqual(states, [
    ["running", 2],
    ["running", 2],
  ]);
});

test("[H5] agents that trade on paper to the end leave the orders of the live ones as they are, byte for byte", async () => {
  const ran = await session(freshDirectory(), shadows);
  const { paper, slots } = ran.built.lane.parts.agents;
  const parted = slots.filter((_, agent) => paper.parting.isParted[agent] === 1).map(({ name }) => name);
  assert.deepEqual(parted.sort(), ["market-maker", "momentum"]);
  assert.equal(ran.orderHash, plain.orderHash);
});
