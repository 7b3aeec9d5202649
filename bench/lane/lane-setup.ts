import type { Configuration } from "../../host/control/configuration-shape.ts";
import { defaultConfiguration } from "../../host/control/default-configuration.ts";
import type { VenueAccess } from "../../host/control/default-configuration.ts";
import { laneConfigurationOf } from "../../host/control/lane-configuration-of.ts";
import type { JournalWriter } from "../../host/journal/index.ts";
import type { BuiltLane } from "../../host/lane/index.ts";
import { buildLane } from "../../host/lane/index.ts";
import { pluginModules } from "../../cli/plugins/plugin-modules.ts";

/** The boot epoch and the start of every measured session: both are part of the orders' bytes, which are hashed. */
export const EPOCH = 1;
export const START_WALL_MS = 1_723_161_253_000;

const ACCESS: VenueAccess = {
  streamUrl: "ws://venue",
  wsApiUrl: "ws://venue",
  restUrl: "http://venue",
  key: { apiKey: "bench", from: { file: "bench" }, label: "simulation" },
};

/** A configuration, and how the venue's stand-in answers its orders. */
export interface TradingSetup {
  readonly configuration: Configuration;
  /** See VenueRules. */
  readonly fillMask: number;
  readonly roundTripNs: number;
}

/** The host's default: one instrument, both agents, the ensemble, all rules. One order in four is filled. */
export function defaultSetup(): TradingSetup {
  return { configuration: defaultConfiguration(ACCESS, "bench"), fillMask: 3, roundTripNs: 2e6 };
}

/**
 * The same with an agent that orders on every occasion, and limits that let it: to collect enough orders. The shares, the collars and every
 * check stay; what is opened is how many orders there may be. The market maker rests far away, since orders that would meet one's own are denied; one
 * order in 128 is filled, so that positions stay small.
 */
export function eagerSetup(): TradingSetup {
  return { configuration: eagerConfiguration(defaultSetup().configuration), fillMask: 127, roundTripNs: 5e5 };
}

function eagerConfiguration(base: Configuration): Configuration {
  const many = 1_000_000;
  const instruments = base.instruments.map((instrument) => ({
    ...instrument,
    limits: { ...instrument.limits, openOrdersMax: 4000 },
  }));
  return {
    ...base,
    venues: base.venues.map((venue) => ({
      ...venue,
      messageRate: { messagesMax: many, windowSeconds: 1, cancelReserve: 1000 },
    })),
    instruments,
    agents: [
      {
        plugin: "momentum",
        share: 0.5,
        parameters: {
          publishStep: 0,
          entryScore: 0,
          exitScore: 0,
          quantity: 10_000,
          positionMax: 50_000_000,
          cooldownSeconds: 0,
        },
      },
      {
        plugin: "market-maker",
        share: 0.5,
        parameters: {
          riskAversion: 1e-9,
          halfSpreadTicksMin: 200,
          halfSpreadTicksMax: 400,
          quantity: 10_000,
          positionMax: 50_000_000,
        },
      },
    ],
    risk: {
      ...base.risk,
      openOrdersMax: 4000,
      orderRate: { ordersMax: many, windowSeconds: 1 },
      rules: base.risk.rules.map((rule) =>
        rule.plugin === "order-rate"
          ? { ...rule, parameters: { windowSeconds: 1, ordersMax: many, agentOrdersMax: many } }
          : rule,
      ),
    },
  };
}

/** The codec of a lane that trades on one venue. Throws where it trades on none. */
export function onlyVenue({ lane }: BuiltLane): BuiltLane["lane"]["parts"]["venues"][number] {
  const [venue] = lane.parts.venues;
  if (venue === undefined) throw new Error("the benchmarks' lane has no venue; configure one");
  return venue;
}

/** Builds the lane of a configuration with the modules of the checkout. */
export async function benchLane({ configuration }: TradingSetup, journal: JournalWriter): Promise<BuiltLane> {
  const modules = await pluginModules(configuration);
  return buildLane(
    laneConfigurationOf(configuration, { epoch: EPOCH, startWallMs: START_WALL_MS }),
    modules,
    journal,
  );
}
