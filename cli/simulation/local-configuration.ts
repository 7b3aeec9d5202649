import type { Configuration } from "../../host/control/configuration-shape.ts";
import { defaultConfiguration } from "../../host/control/default-configuration.ts";
import type { VenueAccess } from "../../host/control/default-configuration.ts";
import { CommandError, UsageError } from "../console/command-error.ts";
import { readConfigurationFile } from "../console/configuration-file.ts";
import { SIMULATED_API_KEY, SIMULATED_KEY_NAME } from "./simulated-account.ts";
import type { CoinbaseAccess } from "./venue-defaults.ts";
import { withCoinbase, withoutVenue } from "./venue-defaults.ts";

/** A venue in this process: the addresses lead nowhere, and the key is the simulated account's. */
export const SIMULATED_ACCESS: VenueAccess = {
  streamUrl: "ws://venue",
  wsApiUrl: "ws://venue/ws-api/v3",
  restUrl: "http://venue",
  key: { apiKey: SIMULATED_API_KEY, from: { file: "(in memory)" }, label: "simulation" },
};

/** Addresses of a Coinbase that lead nowhere. */
const NOWHERE: CoinbaseAccess = {
  marketUrl: "wss://venue/market",
  userUrl: "wss://venue/user",
  restUrl: "https://venue",
  key: { apiKey: SIMULATED_KEY_NAME, from: { file: "(in memory)" }, label: "simulation" },
};

/**
 * What a simulation of venues on sockets begins with, before it knows their addresses: a file's configuration, or the default one with both venues;
 * of either, the named venues alone. Throws UsageError for a name that is none of them.
 */
export function simulationConfiguration(
  file: string | undefined,
  names: readonly string[] | null,
  journalDirectory: string,
): Configuration {
  const given =
    file === undefined
      ? withCoinbase(defaultConfiguration(SIMULATED_ACCESS, journalDirectory), NOWHERE)
      : readConfigurationFile(file);
  const known = given.venues.map(({ name }) => name);
  const unknown = names?.find((name) => !known.includes(name));
  if (unknown !== undefined)
    throw new UsageError(`there is no venue "${unknown}"`, `name one of ${known.join(", ")}`);
  const left = names === null ? [] : known.filter((name) => !names.includes(name));
  const chosen = left.reduce(withoutVenue, given);
  return { ...chosen, journal: { ...chosen.journal, directory: journalDirectory } };
}

/**
 * The default configuration, or a file's with the addresses of its venues and its journal replaced: a simulation has its own. Throws CommandError
 * for a venue that nothing here simulates.
 */
export function localConfiguration(
  file: string | undefined,
  accessTo: (venueIndex: number) => VenueAccess,
  journalDirectory: string,
): Configuration {
  if (file === undefined) return defaultConfiguration(accessTo(0), journalDirectory);
  const given = readConfigurationFile(file);
  return {
    ...given,
    venues: given.venues.map((venue, index) => {
      if (venue.kind !== "binance")
        throw new CommandError(
          `${file}: venues.${index} is a ${venue.kind}, which is not simulated here`,
          "leave that venue out, or use `sandpit run` against its addresses",
        );
      return { ...venue, ...accessTo(index) };
    }),
    journal: { ...given.journal, directory: journalDirectory },
  };
}
