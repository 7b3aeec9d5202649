import { mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Configuration, VenueConfiguration } from "../../host/control/configuration-shape.ts";
import type { KeySource, SignerNotice, VenueKey } from "../../host/execution/signer/index.ts";
import { SignerClient, SignerError } from "../../host/execution/signer/index.ts";
import { SystemClock, SystemRandom, SystemTimers } from "../../host/platform/index.ts";
import { NodeResidentPrograms } from "../../host/platform/processes/index.ts";
import { CommandError } from "../console/command-error.ts";

const OWNER_ONLY = 0o700;

/** Starts the process that holds the keys of the configuration. It lives in the machine's time, whatever time its host trades in. Throws CommandError. */
export async function startSigner(
  configuration: Configuration,
  onNotice: SignerNotice,
): Promise<SignerClient> {
  const { environment, journal } = configuration;
  const directory = join(resolve(journal.directory), "signer");
  mkdirSync(directory, { recursive: true, mode: OWNER_ONLY });
  const client = new SignerClient(
    { environment, auditFile: join(directory, "audit.jsonl"), keys: configuration.venues.map(keyOf) },
    {
      programs: new NodeResidentPrograms(),
      timers: new SystemTimers(),
      random: new SystemRandom(),
      clock: new SystemClock(),
    },
    onNotice,
  );
  try {
    await client.start();
    return client;
  } catch (cause) {
    if (!(cause instanceof SignerError)) throw cause;
    throw new CommandError(
      `the signer does not start (${cause.code}): ${cause.message}`,
      "correct the venue's key, or what it names; docs/operations.md has the ways to give a key",
      { cause },
    );
  }
}

function keyOf({ name, kind, key }: VenueConfiguration): VenueKey {
  return { venue: name, protocol: kind, key: { ...key, from: absolute(key.from) } };
}

/** The signer works in a folder of its own. */
function absolute(from: KeySource): KeySource {
  return "file" in from ? { file: resolve(from.file) } : from;
}
