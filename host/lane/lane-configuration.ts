import type { FeedKind } from "../data/feeds/index.ts";
import type { OverflowPolicy, ParameterValues, VerifiedModule } from "../engine/index.ts";
import type { Instrument } from "../execution/orders/index.ts";
import type { Asset } from "../execution/positions/index.ts";
import type { RiskLimitsInput } from "../execution/risk/index.ts";

/** A plugin runs on a thread of its own. */
export interface ThreadPlacement {
  readonly on: "thread";
  /** What becomes of records for which its ring has no room. */
  readonly overflow: OverflowPolicy;
  /** How long one call may last before the thread is ended. */
  readonly deadlineNs: number;
  /** Of each of its two rings: a power of two. */
  readonly ringBytes: number;
  /** An order whose decision was made on an input older than this is denied. */
  readonly decisionAgeMaxNs: number;
}

/** One plugin in its place: which module, and with what parameters. */
export interface PluginPlacement {
  /** Unique in the lane: the plugin's name, or another where one module runs twice. */
  readonly name: string;
  /** Name of the module, as its manifest says. */
  readonly plugin: string;
  readonly parameters: ParameterValues;
  /** Where it runs; in the lane when left out. */
  readonly placement?: ThreadPlacement;
}

export interface AgentPlacement extends PluginPlacement {
  /** Share of the account's limits, in millionths. */
  readonly sharePpm: number;
}

/** A venue's codec, and the ways of the venue that the lane has to know. */
export interface VenuePlacement extends PluginPlacement {
  /** By which rules its books are kept. */
  readonly feed: FeedKind;
  /** A longer message about the market is given to the codec in parts of this length; 0: whole, whatever its length. */
  readonly partBytes: number;
  /** Whether the host asks it what became of orders, trades and balances, and lets nobody arm before it has answered. */
  readonly canBeAsked?: boolean;
  readonly asking?: VenueAsking;
  /** A replace cancels only what is wholly unfilled, if it was as far as is known, and places nothing where it did not cancel. */
  readonly guardsReplace?: boolean;
}

/** In what a venue's answers differ from those of one that numbers its trades, takes client order ids everywhere, and reports each balance. */
export interface VenueAsking {
  /** Its lists of trades begin with the newest and go by time: "from this id on" cannot be asked. */
  readonly listsByTime: boolean;
  /** Cancels name orders by the venue's ids: an order that it never named cannot be looked for in its matching engine. */
  readonly cancelsByVenueId: boolean;
  /** Balances come as answers alone, and are as old as the last one. */
  readonly balancesByAnswer: boolean;
}

/** All that decides what a lane does with its inputs. It is journalled, and a replay builds the same lane from it. */
export interface LaneConfiguration {
  readonly instruments: readonly Instrument[];
  readonly assets: readonly Asset[];
  /** By venue index: 1 to LANE_VENUES_MAX. */
  readonly venues: readonly VenuePlacement[];
  readonly features: readonly PluginPlacement[];
  readonly agents: readonly AgentPlacement[];
  readonly ensemble: PluginPlacement;
  readonly rules: readonly PluginPlacement[];
  readonly limits: RiskLimitsInput;
  /** A feature value older than this is stale. */
  readonly featureStaleAfterNs: number;
  /** A live book without a delta for longer than this is stale. */
  readonly bookStaleAfterNs: number;
  /** By instrument: ticks of each side of its book that are kept by place. Left out: 131,072 each, as in journals of hosts that knew no other. */
  readonly bookTicks?: readonly number[];
  /** Slots of the order table: a power of two. */
  readonly orderCapacity: number;
  /** Between two comparisons of open orders and balances with the venues; a minute unless given. */
  readonly reconcileEveryNs?: number;
  /** Boot epoch: the first half of every client order id. */
  readonly epoch: number;
  /** Milliseconds since 1970 at the session's start. */
  readonly startWallMs: number;
}

/** The modules of a lane by name: judged, as a host that trades has them, or as read from a file or a journal, and then unsigned. */
export type PluginModules = ReadonlyMap<string, Uint8Array | VerifiedModule>;

/** The same lane with every plugin in it: where time is virtual there is no thread that could run beside it. */
export function inlinePlacements(configuration: LaneConfiguration): LaneConfiguration {
  return {
    ...configuration,
    features: configuration.features.map(inLane),
    agents: configuration.agents.map((agent) => ({ ...inLane(agent), sharePpm: agent.sharePpm })),
    ensemble: inLane(configuration.ensemble),
  };
}

function inLane({ name, plugin, parameters }: PluginPlacement): PluginPlacement {
  return { name, plugin, parameters };
}

/** Names of the slots whose plugins are placed on threads of their own. */
export function placedNames({ features, agents, ensemble }: LaneConfiguration): string[] {
  const all: readonly PluginPlacement[] = [...features, ...agents, ensemble];
  return all.flatMap(({ name, placement }) => (placement === undefined ? [] : [name]));
}
