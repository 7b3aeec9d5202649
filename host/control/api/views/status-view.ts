import { z } from "zod";
import { SlotCounter } from "../../../engine/index.ts";
import { instrumentName, LaneCounter } from "../../../lane/index.ts";
import { healthOf } from "../../health.ts";
import { modeName } from "../../mode-name.ts";
import type { VenueWait } from "../../venue-waits.ts";
import { venueWaitsOf } from "../../venue-waits.ts";
import type { ApiContext } from "../api-context.ts";
import { placeOf } from "./instrument-place.ts";

/** What a host is doing. */
export interface StatusView {
  readonly account: string;
  readonly environment: string;
  /** Boot epoch of the session. */
  readonly session: number;
  readonly mode: string;
  readonly isEnding: boolean;
  readonly health: "ok" | "degraded";
  readonly venues: readonly {
    readonly name: string;
    readonly lines: { readonly market: boolean; readonly orders: boolean };
    /** [V13] What waits since the venue has limited this host. */
    readonly waits: VenueWait;
  }[];
  readonly instruments: readonly {
    readonly venue: string;
    readonly symbol: string;
    readonly mode: string;
    readonly isBookLive: boolean;
  }[];
  readonly stoppedPlugins: Readonly<Record<string, string>>;
  readonly journalRefusal: number;
  /** Why nobody may arm, code first; null where a person may. */
  readonly armRefusal: string | null;
  readonly uptimeSeconds: number;
  readonly openOrders: number;
  readonly ordersSent: number;
  readonly fills: number;
  readonly denials: number;
  readonly pluginCalls: number;
  /** Last record of the audit log: kept elsewhere, it shows later whether the log was rewritten. */
  readonly auditHead: { readonly sequence: number; readonly hash: string };
  readonly links: { readonly metrics: string; readonly health: string };
}

const mode = z.enum(["ACTIVE", "REDUCING", "CANCEL_ONLY", "HALTED"]);
const count = z.int().min(0);

export const statusSchema: z.ZodType<StatusView> = z.strictObject({
  account: z.string(),
  environment: z.string(),
  session: count,
  mode,
  isEnding: z.boolean(),
  health: z.enum(["ok", "degraded"]),
  venues: z.array(
    z.strictObject({
      name: z.string(),
      lines: z.strictObject({ market: z.boolean(), orders: z.boolean() }),
      waits: z.strictObject({
        ordersSeconds: z.number().min(0),
        cancelsSeconds: z.number().min(0),
        cancelsWaiting: count,
      }),
    }),
  ),
  instruments: z.array(
    z.strictObject({ venue: z.string(), symbol: z.string(), mode, isBookLive: z.boolean() }),
  ),
  stoppedPlugins: z.record(z.string(), z.string()),
  journalRefusal: z.int(),
  armRefusal: z
    .string()
    .nullable()
    .meta({ description: "why nobody may arm, code first; null where a person may" }),
  uptimeSeconds: z.number().min(0),
  openOrders: count,
  ordersSent: count,
  fills: count,
  denials: count,
  pluginCalls: count,
  auditHead: z.strictObject({ sequence: count, hash: z.string() }),
  links: z.strictObject({ metrics: z.string(), health: z.string() }),
});

/** Reads a session as it is between two steps. */
export function statusOf({ view, facts, audit, desk, uptimeSeconds }: ApiContext): StatusView {
  const { built } = view;
  const { lane, configuration, modes, slots } = built;
  const health = healthOf(view);
  const counted = (cell: number): number => lane.counters[cell] ?? 0;
  return {
    account: facts.account,
    environment: facts.environment,
    session: configuration.epoch,
    mode: health.mode,
    isEnding: desk.isEnding,
    health: health.status,
    venues: venueWaitsOf(built).map((waits, venue) => {
      const { name } = configuration.venues[venue] ?? { name: "" };
      return { name, lines: health.lines[name] ?? { market: false, orders: false }, waits };
    }),
    instruments: configuration.instruments.map((_, index) => ({
      ...placeOf(configuration, index),
      mode: modeName(modes.instrument[index] ?? 0),
      isBookLive: health.books[instrumentName(configuration, index)] ?? false,
    })),
    stoppedPlugins: health.stoppedPlugins,
    journalRefusal: health.journalRefusal,
    armRefusal: view.session.armRefusal,
    uptimeSeconds: uptimeSeconds(),
    openOrders: health.openOrders,
    ordersSent: counted(LaneCounter.ORDERS_SENT),
    fills: counted(LaneCounter.FILLS),
    denials: counted(LaneCounter.DENIALS),
    pluginCalls: slots.reduce((sum, { counters }) => sum + (counters[SlotCounter.CALLS] ?? 0), 0),
    auditHead: audit.head,
    links: facts.links,
  };
}
