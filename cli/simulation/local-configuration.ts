import type { Configuration } from "../../host/control/configuration-shape.ts";
import { defaultConfiguration } from "../../host/control/default-configuration.ts";
import type { VenueAccess } from "../../host/control/default-configuration.ts";
import { CommandError } from "../console/command-error.ts";
import { readConfigurationFile } from "../console/configuration-file.ts";
import { SIMULATED_API_KEY } from "./simulated-account.ts";

/** A venue in this process: the addresses lead nowhere, and the key is the simulated account's. */
export const SIMULATED_ACCESS: VenueAccess = {
  streamUrl: "ws://venue",
  wsApiUrl: "ws://venue/ws-api/v3",
  restUrl: "http://venue",
  key: { apiKey: SIMULATED_API_KEY, from: { file: "(in memory)" }, label: "simulation" },
};

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
