import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openMarkets } from "../backtest/backtest-markets.ts";
import { backtestText } from "../backtest/backtest-text.ts";
import { runBacktest } from "../backtest/run-backtest.ts";
import type { Arguments } from "../console/arguments.ts";
import { UsageError } from "../console/command-error.ts";
import type { Command } from "../console/command.ts";
import { pluginModules } from "../plugins/plugin-modules.ts";
import { recordingVenue } from "../record/recording-venue.ts";
import { simulationConfiguration } from "../simulation/local-configuration.ts";
import { KeySigner, SIMULATED_API_KEY, simulatedKeys } from "../simulation/simulated-account.ts";

const NS_PER_MS = 1e6;
const DAY_SECONDS = 86_400;
const GENERATED_SECONDS = 60;
/** One way: a host in the venue's city. */
const LATENCY_MS = 2;
/** No socket is opened: the addresses only have to be some. */
export const backtestCommand: Command = {
  name: "backtest",
  summary:
    "Trades a recording, or a generated market, in virtual time, and proves the result by replaying its journal.",
  options: {
    recording: {
      value: "FILE",
      isList: true,
      help: "recorded frames, plain, gzip or zstd, in order; without it the market is generated",
    },
    generated: { value: "SECONDS", help: `length of a generated market (${GENERATED_SECONDS})` },
    seed: { value: "N", help: "seed of a generated market (1)" },
    config: { value: "FILE", help: "configuration of host and plugins" },
    "latency-ms": { value: "N", help: `between host and venue, one way (${LATENCY_MS})` },
    durability: { value: "LEVEL", help: "process, power or ring: what an order waits for in the journal" },
    journal: { value: "DIR", help: "keep the journal there" },
    top: {
      value: "FILE",
      help: "write best bid and ask after every depth event: u,bidPrice,bidQty,askPrice,askQty",
    },
    fills: { value: "FILE", help: "write every fill as CSV" },
  },
  run: runCommand,
};

async function runCommand(given: Arguments): Promise<number> {
  const recordings = given.texts("recording");
  if (recordings.length > 0 && given.has("generated"))
    throw new UsageError("--recording and --generated exclude one another", "leave one out");
  const choice = {
    recordings,
    generatedSeconds: given.number("generated", GENERATED_SECONDS, 0.1, DAY_SECONDS),
    seed: given.integer("seed", 1, 0, 0xffff_ffff),
    latencyNs: given.number("latency-ms", LATENCY_MS, 0, 60_000) * NS_PER_MS,
  };
  const kept = given.text("journal");
  const journalDirectory = kept ?? mkdtempSync(join(tmpdir(), "sandpit-backtest-"));
  try {
    const configuration = simulationConfiguration(
      given.text("config"),
      await venuesOf(recordings, given.has("config")),
      journalDirectory,
    );
    const keys = simulatedKeys();
    const report = await runBacktest({
      configuration,
      modules: await pluginModules(configuration),
      market: await openMarkets(
        { ...choice, publicKeyPem: keys.publicKeyPem },
        configuration.venues.map(({ kind }) => kind),
      ),
      signer: new KeySigner(SIMULATED_API_KEY, keys.privateKeyPem),
      durability: given.oneOf("durability", configuration.journal.durability, ["process", "power", "ring"]),
      journalDirectory,
      isJournalKept: kept !== undefined,
      topFile: given.text("top"),
      fillFile: given.text("fills"),
    });
    process.stdout.write(given.has("json") ? `${JSON.stringify(report)}\n` : backtestText(report));
    return 0;
  } finally {
    if (kept === undefined) rmSync(journalDirectory, { recursive: true, force: true });
  }
}

/** Those of the configuration; without one the venue of the recording, or Binance, whose market is generated. */
async function venuesOf(
  recordings: readonly string[],
  hasConfiguration: boolean,
): Promise<readonly string[] | null> {
  if (hasConfiguration) return null;
  const [first] = recordings;
  return [first === undefined ? "binance" : await recordingVenue(first)];
}
