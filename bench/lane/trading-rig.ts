import { Channel } from "../../host/execution/gateways/index.ts";
import { rearmOrder, TradingMode } from "../../host/execution/risk/index.ts";
import type { Durability } from "../../host/journal/index.ts";
import type { BuiltLane } from "../../host/lane/index.ts";
import { LaneCounter } from "../../host/lane/index.ts";
import type { FrameSet } from "../frames/index.ts";
import { openBenchJournal } from "./bench-journal.ts";
import { FrameDrive } from "./frame-drive.hot.ts";
import type { TradingSetup } from "./lane-setup.ts";
import { benchLane, START_WALL_MS } from "./lane-setup.ts";
import { OrderHash } from "./order-hash.ts";
import { VenueAnswers } from "./venue-answers.hot.ts";

export interface RigOptions {
  readonly setup: TradingSetup;
  readonly durability: Durability;
}

/** A lane that may trade, its journal, a venue that answers, and the loop that drives them. */
export interface TradingRig {
  readonly built: BuiltLane;
  readonly drive: FrameDrive;
  readonly hash: OrderHash;
  /** Closes the journal. Throws where the session was not what a benchmark takes it for. */
  close(): Promise<void>;
}

export async function tradingRig(frames: FrameSet, { setup, durability }: RigOptions): Promise<TradingRig> {
  const journal = await openBenchJournal(durability);
  const built = await benchLane(setup, journal.writer);
  const hash = new OrderHash();
  const answers = new VenueAnswers(built.orders, {
    fillMask: setup.fillMask,
    roundTripNs: setup.roundTripNs,
    startWallMs: START_WALL_MS,
  });
  const { lane } = built;
  lane.onLine(Channel.ORDERS, true);
  lane.onRearm(TradingMode.ACTIVE, rearmOrder("bench", "a measurement without a venue"), new Uint8Array(0));
  const close = async (): Promise<void> => {
    await journal.close();
    checkSession(built);
    if (answers.isOverrun)
      throw new Error(
        "more orders were under way than the venue's stand-in can answer; nothing was measured",
      );
  };
  return { built, drive: new FrameDrive(built, frames, answers, hash, journal), hash, close };
}

/** A lane that refuses frames, has lost a plugin or may not trade is fast for the wrong reasons. */
function checkSession({ lane, slots, modes }: BuiltLane): void {
  const bad = [
    LaneCounter.FRAMES_REFUSED,
    LaneCounter.COMMITS_FAILED,
    LaneCounter.AGENT_FAULTS,
    LaneCounter.HALTS,
    LaneCounter.REJECTS,
  ];
  const count = bad.reduce((sum, counter) => sum + (lane.counters[counter] ?? 0), 0);
  const stopped = slots.filter(({ state }) => state !== "running").map(({ name }) => name);
  const { refusal } = lane.parts.journal;
  if (count > 0 || stopped.length > 0 || refusal !== 0 || modes.account[0] !== TradingMode.ACTIVE) {
    throw new Error(
      `the session went wrong: counters ${lane.counters.join(" ")}, stopped plugins [${stopped.join(", ")}], journal refusal ${refusal}; nothing was measured`,
    );
  }
}
