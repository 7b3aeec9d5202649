import { z } from "zod";
import { keySchema } from "../execution/signer/index.ts";
import { inlineSchema } from "./placement-configuration.ts";
import type { Configuration, VenueConfiguration } from "./configuration-shape.ts";

const name = z.string().regex(/^[a-z][a-z0-9-]{0,63}$/, "must be lower case letters, digits and hyphens");
const socketUrl = z.string().regex(/^wss?:\/\//, "must be a WebSocket address");
const httpUrl = z.string().regex(/^https?:\/\//, "must be an HTTP address");
const BINANCE_INSTRUMENTS_MAX = Math.floor(1024 / 3);
const count = z.int().min(1).max(1_000_000);

const anyVenue = {
  name,
  plugin: name,
  placement: inlineSchema,
  restUrl: httpUrl,
  caFile: z.string().min(1).max(1024).optional(),
  key: keySchema,
  messageRate: z.strictObject({
    messagesMax: z.int().min(2).max(1_000_000),
    windowSeconds: z.number().positive().max(86_400),
    cancelReserve: count,
  }),
};

/** One venue; which keys it has is told by its kind. */
export const venueSchema: z.ZodType<VenueConfiguration> = z.discriminatedUnion("kind", [
  z.strictObject({
    ...anyVenue,
    kind: z.literal("binance"),
    streamUrl: socketUrl,
    wsApiUrl: socketUrl,
    snapshotLevels: z.int().min(5).max(5000),
    orderFallback: z.enum(["rest", "none"]).default("none"),
  }),
  z.strictObject({
    ...anyVenue,
    kind: z.literal("coinbase"),
    marketUrl: socketUrl,
    userUrl: socketUrl,
  }),
]);

/** What is wrong, and the path of the key. */
export interface ConfigurationFault {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

type Named = Omit<Configuration, "environment" | "account" | "trust">;

/** What no single key shows: names used twice, venues and instruments that are not there, groups that are none. */
export function venueFaults(configuration: Named): ConfigurationFault[] {
  return [
    ...repeated(configuration.venues.map((venue) => venue.name)).map((index) =>
      fault(["venues", index, "name"], "is the name of another venue too; give each its own"),
    ),
    ...placeFaults(configuration),
    ...instrumentFaults(configuration),
    ...idleVenueFaults(configuration),
    ...crowdedVenueFaults(configuration),
    ...groupFaults(configuration),
  ];
}

/** An instrument's name among all venues, as BTCUSDT.BINANCE. */
export function configuredName({ symbol, venue }: Named["instruments"][number]): string {
  return `${symbol}.${venue.toUpperCase()}`;
}

/** A codec's slot has its venue's name, and slots are told apart by their names. */
function placeFaults({ venues, features, agents, ensemble, risk }: Named): ConfigurationFault[] {
  const places = [...features.plugins, ...agents, ensemble, ...risk.rules].map(
    ({ name: given, plugin }) => given ?? plugin,
  );
  return venues.flatMap((venue, index) =>
    places.includes(venue.name)
      ? [fault(["venues", index, "name"], "is the name of a plugin's place too; give each its own")]
      : [],
  );
}

function instrumentFaults({ venues, instruments }: Named): ConfigurationFault[] {
  const names = venues.map((venue) => venue.name);
  const homeless = instruments.flatMap(({ venue }, index) =>
    names.includes(venue)
      ? []
      : [
          fault(
            ["instruments", index, "venue"],
            `there is no venue "${venue}"; name one of ${names.join(", ")}`,
          ),
        ],
  );
  const twice = repeated(instruments.map(configuredName)).map((index) =>
    fault(["instruments", index, "symbol"], "is configured twice at this venue; remove one"),
  );
  return [...homeless, ...twice];
}

function idleVenueFaults({ venues, instruments }: Named): ConfigurationFault[] {
  return venues.flatMap(({ name: venue }, index) =>
    instruments.some((instrument) => instrument.venue === venue)
      ? []
      : [fault(["venues", index, "name"], "has no instrument; configure one there, or remove the venue")],
  );
}

/** Binance carries 1,024 streams on one connection, and an instrument has three; see "General WSS information" in its web-socket-streams.md. */
function crowdedVenueFaults({ venues, instruments }: Named): ConfigurationFault[] {
  return venues.flatMap(({ name: venue, kind }, index) => {
    const there = instruments.filter((instrument) => instrument.venue === venue).length;
    return kind !== "binance" || there <= BINANCE_INSTRUMENTS_MAX
      ? []
      : [
          fault(
            ["venues", index, "name"],
            `has ${there} instruments; one connection carries ${BINANCE_INSTRUMENTS_MAX}, give the others to a second venue`,
          ),
        ];
  });
}

function groupFaults({ groups, instruments }: Named): ConfigurationFault[] {
  const baseOf = new Map(instruments.map((known) => [configuredName(known), known.baseAsset]));
  const twice = repeated(groups.map((group) => group.name)).map((index) =>
    fault(["groups", index, "name"], "is the name of another group too; give each its own"),
  );
  const members = groups.flatMap((group, index) => {
    const path = ["groups", index, "instruments"];
    const unknown = group.instruments.filter((member) => !baseOf.has(member));
    if (unknown.length > 0)
      return [fault(path, `${unknown.join(", ")} is not configured; name instruments as BTCUSDT.BINANCE`)];
    if (repeated(group.instruments).length > 0) return [fault(path, "names an instrument twice; remove one")];
    const bases = new Set(group.instruments.map((member) => baseOf.get(member)));
    return bases.size === 1
      ? []
      : [fault(path, `has the base assets ${[...bases].join(", ")}; only one can stand in for itself`)];
  });
  return [...twice, ...members];
}

/** Places of what was there before. */
function repeated(names: readonly string[]): number[] {
  return names.flatMap((text, index) => (names.indexOf(text) < index ? [index] : []));
}

function fault(path: readonly (string | number)[], message: string): ConfigurationFault {
  return { path, message };
}
