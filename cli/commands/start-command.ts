import { mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Configuration } from "../../host/control/configuration-shape.ts";
import { replayJournal } from "../../host/control/replay.ts";
import { NodeDisk } from "../../host/platform/disk/index.ts";
import type { SessionSpeed } from "../../sim/server/index.ts";
import type { Arguments } from "../console/arguments.ts";
import { UsageError } from "../console/command-error.ts";
import type { Command } from "../console/command.ts";
import { ControlAccess } from "../control/control-access.ts";
import { compareLedgers } from "../live/ledger-comparison.ts";
import type { LiveResult } from "../live/live-host.ts";
import { runLive } from "../live/live-host.ts";
import type { LiveOptions } from "../live/live-markets.ts";
import { liveMarkets } from "../live/live-markets.ts";
import { NoticeLog } from "../live/notice-log.ts";
import { PAPER_ACCOUNT, paperNotice } from "../live/paper-notice.ts";
import type { SessionSummary } from "../live/session-summary.ts";
import { summaryOf, summaryText } from "../live/session-summary.ts";
import { SimulatedVenues } from "../live/simulated-venues.ts";
import { StopRequest } from "../live/stop-request.ts";
import { warmUp } from "../live/warm-up.ts";
import { judgedModules, pluginModules } from "../plugins/plugin-modules.ts";
import { FaultAccess } from "../simulation/fault-access.ts";
import { recordingVenue } from "../record/recording-venue.ts";
import { liveVenues } from "../tap/live-addresses.ts";
import { simulationConfiguration } from "../simulation/local-configuration.ts";

const DAY_SECONDS = 86_400;
const SPEED_MAX = 1000;

export const startCommand: Command = {
  name: "start",
  summary:
    "Starts a simulated Binance and a simulated Coinbase on loopback and a host that trades at both, shows it, and compares the books at the end.",
  options: {
    recording: {
      value: "FILE",
      isList: true,
      help: "replay recorded frames of one venue, plain, gzip or zstd, in order; without it the market is generated",
    },
    venues: { value: "LIST", help: "of the configured venues, these alone: binance,coinbase" },
    live: {
      value: "LIST",
      help: "trade on paper against live books of these venues, without a key: binance,coinbase",
    },
    "live-url": {
      value: "VENUE.NAME=URL",
      isList: true,
      help: "another address than the public one: binance.stream, binance.rest, coinbase.market",
    },
    "live-ca": {
      value: "FILE",
      help: "certificates of authorities that are believed there besides the system's",
    },
    speed: { value: "N|max", help: "of the replay: a multiple of real time, or max (1)" },
    seed: { value: "N", help: "seed of a generated market (1)" },
    duration: {
      value: "SECONDS",
      help: "stop after that time; without it, at Ctrl-C or the end of the recording",
    },
    data: { value: "DIR", help: "for journal and log (./journal)" },
    config: { value: "FILE", help: "configuration of host and plugins; venue addresses are replaced" },
    durability: { value: "LEVEL", help: "process, power or ring: what an order waits for in the journal" },
    port: { value: "PORT", help: "of /healthz and /metrics on 127.0.0.1 (a free one)" },
    "no-view": { help: "plain progress lines instead of the full-screen view" },
  },
  run: runCommand,
};

async function runCommand(given: Arguments): Promise<number> {
  const recordings = given.texts("recording");
  if (given.has("speed") && recordings.length === 0)
    throw new UsageError("--speed is of a replay", "name a --recording, or leave --speed out");
  if (given.has("live") && recordings.length > 0)
    throw new UsageError("--live and --recording exclude one another", "leave one out");
  const data = resolve(given.text("data") ?? "journal");
  const isFullScreen = process.stdout.isTTY && !given.has("no-view") && !given.has("json");
  mkdirSync(data, { recursive: true });
  const durationSeconds = given.number("duration", Number.POSITIVE_INFINITY, 0.1, DAY_SECONDS);
  const seed = given.integer("seed", 1, 0, 0xffff_ffff);
  const wanted = await wantedOf(given, data);
  const stop = new StopRequest();
  const log = new NoticeLog(isFullScreen ? join(data, "sandpit.log") : null);
  if (given.has("live")) log.write("warn", paperNotice(wanted.venues));
  const live = await liveMarkets(wanted, liveOptionsOf(given), log);
  const simulated = await SimulatedVenues.start(wanted, { recordings, speed: speedOf(given), seed, live });
  const access = new ControlAccess(data, "start");
  const faults = new FaultAccess(data);
  try {
    const configuration = withToken(withOptions(given, simulated.configured(wanted)), access);
    const modules = await pluginModules(configuration);
    await warmUp(configuration, judgedModules(configuration, modules));
    faults.announce(simulated.faults.url);
    log.write("info", `faults of the simulated venues at ${simulated.faults.url}: sandpit sim faults`);
    const result = await runLive({
      configuration,
      modules,
      clock: simulated.clock,
      timers: simulated.timers,
      log,
      stop,
      isFullScreen,
      durationSeconds,
      isOver: () => simulated.isOver,
      isNewAccount: true,
      access,
      person: "start",
      armReason: given.has("live")
        ? "on paper: no order leaves this machine"
        : "the venues are simulated: nothing but play money is at stake",
    });
    const summary = conclude(configuration, simulated, result);
    process.stdout.write(given.has("json") ? `${JSON.stringify(summary)}\n` : summaryText(summary));
    return summary.agreed ? 0 : 1;
  } finally {
    access.close();
    faults.close();
    stop.release();
    await simulated.close();
    await log.flush();
  }
}

/** The configuration before its venues are there. On paper it has an account of its own, so that no simulation continues its journal. */
async function wantedOf(given: Arguments, data: string): Promise<Configuration> {
  const records = join(data, given.has("live") ? "paper" : "records");
  const wanted = simulationConfiguration(given.text("config"), await venuesOf(given), records);
  return given.has("live") ? { ...wanted, account: PAPER_ACCOUNT } : wanted;
}

function liveOptionsOf(given: Arguments): LiveOptions | null {
  if (!given.has("live")) return null;
  return { urls: given.texts("live-url"), caFile: given.text("live-ca") ?? null };
}

/** The venues that are named; null: those of the configuration. Without one, those of a recording. */
async function venuesOf(given: Arguments): Promise<readonly string[] | null> {
  const live = given.text("live");
  if (live !== undefined) return liveVenues("live", live);
  const text = given.text("venues");
  if (text !== undefined) return text.split(",");
  const [first] = given.texts("recording");
  return first === undefined || given.has("config") ? null : [await recordingVenue(first)];
}

/** The configuration with the token that the command line of this machine will use. */
function withToken(configuration: Configuration, { tokenLine }: ControlAccess): Configuration {
  const { control } = configuration;
  return { ...configuration, control: { ...control, tokens: [...control.tokens, tokenLine] } };
}

function speedOf(given: Arguments): SessionSpeed {
  return given.text("speed") === "max" ? "max" : given.number("speed", 1, 0.01, SPEED_MAX);
}

function withOptions(given: Arguments, configuration: Configuration): Configuration {
  const durability = given.oneOf("durability", configuration.journal.durability, [
    "process",
    "power",
    "ring",
  ]);
  const port = given.integer("port", configuration.http.port, 0, 65_535);
  return { ...configuration, journal: { ...configuration.journal, durability }, http: { port } };
}

/** Compares the venues' books with the host's, and the session with its replay. */
function conclude(
  configuration: Configuration,
  simulated: SimulatedVenues,
  result: LiveResult,
): SessionSummary {
  const { directory, durability } = configuration.journal;
  const identity = { account: configuration.account, environment: configuration.environment };
  const replay = replayJournal(new NodeDisk(), directory, identity, result.host.epoch).at(0);
  return summaryOf({
    result,
    ledger: compareLedgers(result.host.built, simulated.balances()),
    replay,
    journal: directory,
    durability,
  });
}
