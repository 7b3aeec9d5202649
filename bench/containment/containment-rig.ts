import { pluginModules } from "../../cli/plugins/plugin-modules.ts";
import { laneConfigurationOf } from "../../host/control/lane-configuration-of.ts";
import { PlacedPlugins } from "../../host/control/placement/index.ts";
import { Channel } from "../../host/execution/gateways/index.ts";
import { rearmOrder, TradingMode } from "../../host/execution/risk/index.ts";
import type { ThreadPlacement } from "../../host/lane/index.ts";
import { buildLane } from "../../host/lane/index.ts";
import { SystemClock, SystemTimers } from "../../host/platform/index.ts";
import type { FrameSet } from "../frames/index.ts";
import { openBenchJournal } from "../lane/bench-journal.ts";
import { eagerSetup } from "../lane/index.ts";
import { EPOCH, START_WALL_MS } from "../lane/lane-setup.ts";
import { OrderHash } from "../lane/order-hash.ts";
import { VenueAnswers } from "../lane/venue-answers.hot.ts";
import { ContainmentDrive } from "./containment-drive.ts";
import { compileMisbehaving, MISBEHAVING } from "./misbehaving-agent.ts";

/** Where the agent that misbehaves runs. */
export type Place = "inline" | "thread";

const onThread: Omit<ThreadPlacement, "deadlineNs"> = {
  on: "thread",
  overflow: "conflate",
  ringBytes: 262_144,
  decisionAgeMaxNs: 1e9,
};

/** A trading lane with one more agent, which has no share of the limits and may misbehave. */
export interface ContainmentRig {
  readonly place: Place;
  readonly drive: ContainmentDrive;
  readonly hash: OrderHash;
  close(): Promise<void>;
}

/** `deadlineNs`: of one call on a thread. */
export async function containmentRig(
  frames: FrameSet,
  place: Place,
  deadlineNs: number,
): Promise<ContainmentRig> {
  const { configuration, fillMask, roundTripNs } = eagerSetup();
  const quiet = await compileMisbehaving(null);
  const modules = new Map([...(await pluginModules(configuration)), [MISBEHAVING, quiet]]);
  const base = laneConfigurationOf(configuration, { epoch: EPOCH, startWallMs: START_WALL_MS });
  const agent = { name: MISBEHAVING, plugin: MISBEHAVING, parameters: {}, sharePpm: 0 };
  const agents = [
    ...base.agents,
    place === "thread" ? { ...agent, placement: { ...onThread, deadlineNs } } : agent,
  ];
  const journal = await openBenchJournal("process");
  const placed = new PlacedPlugins({
    instrumentCount: base.instruments.length,
    timers: new SystemTimers(),
    clock: new SystemClock(),
  });
  const built = buildLane({ ...base, agents }, modules, journal.writer, placed);
  const answers = new VenueAnswers(built.orders, { fillMask, roundTripNs, startWallMs: START_WALL_MS });
  built.lane.onLine(Channel.ORDERS, true);
  built.lane.onRearm(
    TradingMode.ACTIVE,
    rearmOrder("bench", "a measurement without a venue"),
    new Uint8Array(0),
  );
  const hash = new OrderHash();
  const channel = placed.channelOf(MISBEHAVING) ?? null;
  const close = async (): Promise<void> => {
    await placed.end();
    await journal.close();
  };
  return { place, drive: new ContainmentDrive({ built, frames, answers }, hash, channel), hash, close };
}
