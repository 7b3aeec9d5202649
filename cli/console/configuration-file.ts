import { readFileSync } from "node:fs";
import type { Configuration } from "../../host/control/configuration-shape.ts";
import { parseConfiguration } from "../../host/control/configuration.ts";
import { CommandError } from "./command-error.ts";

/** Reads and validates a configuration file. Throws CommandError, or ConfigurationError with the path of each key. */
export function readConfigurationFile(path: string): Configuration {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (cause) {
    throw new CommandError(
      `the configuration ${path} cannot be read: ${messageOf(cause)}`,
      "name a file that exists; `sandpit run --print-configuration` prints one to begin with",
      { cause },
    );
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new CommandError(
      `the configuration ${path} is no JSON: ${messageOf(cause)}`,
      "correct it; comments and commas before a bracket are no JSON",
      { cause },
    );
  }
  return parseConfiguration(value, path);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
