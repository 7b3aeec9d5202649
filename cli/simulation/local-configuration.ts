import type { Configuration } from "../../host/control/configuration-shape.ts";
import { defaultConfiguration } from "../../host/control/default-configuration.ts";
import type { VenueAccess } from "../../host/control/default-configuration.ts";
import { readConfigurationFile } from "../console/configuration-file.ts";
import { SIMULATED_API_KEY } from "./simulated-account.ts";

/** A venue in this process: the addresses lead nowhere, and the key is the simulated account's. */
export const SIMULATED_ACCESS: VenueAccess = {
  streamUrl: "ws://venue",
  wsApiUrl: "ws://venue/ws-api/v3",
  restUrl: "http://venue",
  key: { apiKey: SIMULATED_API_KEY, from: { file: "(in memory)" }, label: "simulation" },
};

/** The default configuration, or a file's with its addresses and journal replaced: a simulation has its own. */
export function localConfiguration(
  file: string | undefined,
  access: VenueAccess,
  journalDirectory: string,
): Configuration {
  if (file === undefined) return defaultConfiguration(access, journalDirectory);
  const given = readConfigurationFile(file);
  return {
    ...given,
    venue: { ...given.venue, ...access },
    journal: { ...given.journal, directory: journalDirectory },
  };
}
