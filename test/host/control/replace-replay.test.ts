import assert from "node:assert/strict";
import { test } from "node:test";
import { OrdStatus } from "../../../abi/host/index.ts";
import { openHostJournal } from "../../../host/control/open-host-journal.ts";
import { replayJournal } from "../../../host/control/replay.ts";
import { LaneCounter, stateDigest } from "../../../host/lane/index.ts";
import { NodeDisk } from "../../../host/platform/disk/index.ts";
import { SeededRandom, VirtualClock } from "../../../host/platform/index.ts";
import { freshDirectory } from "../../cli/sandpit.ts";
import { sampleConfiguration, shortSession } from "../../support/short-session.ts";

const SECONDS = 15;
const identity = { account: "simulated", environment: "development" };

test("[C9] a session whose quotes are moved by replaces agrees with the venue, and replays to the same state and orders", async () => {
  const directory = freshDirectory();
  const disk = new NodeDisk();
  const ports = { clock: new VirtualClock(1_704_067_200_000), random: new SeededRandom(1) };
  const options = { directory, identity, durability: "process" as const, isSyncedInBackground: false };
  const journal = await openHostJournal(disk, options, ports);
  const agents = sampleConfiguration.agents.map((agent) =>
    agent.plugin === "market-maker"
      ? { ...agent, parameters: { ...agent.parameters, replaces: 1, requoteTicks: 3 } }
      : agent,
  );
  const { built } = await shortSession(SECONDS, journal.writer, undefined, {
    ...sampleConfiguration,
    agents,
  });
  await journal.release();
  const { counters } = built.lane;
  const replaces = counters[LaneCounter.REPLACES_SENT] ?? 0;
  assert.ok(replaces > 3, `${replaces} replaces`);
  assert.equal(counters[LaneCounter.HALTS], 0);
  assert.equal(counters[LaneCounter.AGENT_FAULTS], 0);
  const { columns, open } = built.orders;
  assert.equal(open.count, 0);
  assert.ok(!columns.status.includes(OrdStatus.PENDING_REPLACE));
  const [replay] = replayJournal(disk, directory, identity);
  assert.equal(replay?.divergence, null);
  assert.equal(replay.stateHash, Buffer.from(stateDigest(built)).toString("hex"));
});
