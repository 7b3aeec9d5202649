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
import type { VenueBalance } from "../live/ledger-comparison.ts";
import { compareLedgers } from "../live/ledger-comparison.ts";
import type { LiveResult } from "../live/live-host.ts";
import { runLive } from "../live/live-host.ts";
import { NoticeLog } from "../live/notice-log.ts";
import { KeyFile } from "../live/key-file.ts";
import type { SessionSummary } from "../live/session-summary.ts";
import { summaryOf, summaryText } from "../live/session-summary.ts";
import type { SimulatedVenues } from "../live/simulated-venue.ts";
import { accessTo, startVenues } from "../live/simulated-venue.ts";
import { StopRequest } from "../live/stop-request.ts";
import { warmUp } from "../live/warm-up.ts";
import { judgedModules, pluginModules } from "../plugins/plugin-modules.ts";
import { FaultAccess } from "../simulation/fault-access.ts";
import { localConfiguration, SIMULATED_ACCESS } from "../simulation/local-configuration.ts";
import { openingBalances, SIMULATED_ACCOUNT, simulatedKeys } from "../simulation/simulated-account.ts";

const DAY_SECONDS = 86_400;
const SPEED_MAX = 1000;
const LEDGER_SCALE = 10n ** 8n;

export const startCommand: Command = {
  name: "start",
  summary:
    "Starts simulated Binances on loopback and a host that trades there, shows it, and compares both books at the end.",
  options: {
    recording: {
      value: "FILE",
      isList: true,
      help: "replay recorded frames, in order; without it the market is generated",
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
  const data = resolve(given.text("data") ?? "journal");
  const isFullScreen = process.stdout.isTTY && !given.has("no-view") && !given.has("json");
  const keys = simulatedKeys();
  mkdirSync(data, { recursive: true });
  const choice = {
    recordings,
    speed: speedOf(given),
    seed: given.integer("seed", 1, 0, 0xffff_ffff),
    publicKeyPem: keys.publicKeyPem,
  };
  const durationSeconds = given.number("duration", Number.POSITIVE_INFINITY, 0.1, DAY_SECONDS);
  const stop = new StopRequest();
  const log = new NoticeLog(isFullScreen ? join(data, "sandpit.log") : null);
  const { venues } = localConfiguration(given.text("config"), () => SIMULATED_ACCESS, data);
  const simulated = await startVenues(choice, venues.length);
  const access = new ControlAccess(data, "start");
  const key = new KeyFile(keys.privateKeyPem);
  const faults = new FaultAccess(data);
  try {
    const configuration = withToken(
      configurationOf(given, simulated, key.path, join(data, "records")),
      access,
    );
    const modules = await pluginModules(configuration);
    await warmUp(configuration, judgedModules(configuration, modules));
    const { clock, timers, isOver } = simulated;
    faults.announce(simulated.faults.url);
    log.write("info", `faults of the simulated venues at ${simulated.faults.url}: sandpit sim faults`);
    const armed = {
      person: "start",
      armReason: "the venue is simulated: nothing but play money is at stake",
    };
    const result = await runLive({
      configuration,
      modules,
      clock,
      timers,
      log,
      stop,
      isFullScreen,
      durationSeconds,
      isOver,
      isNewAccount: true,
      access,
      ...armed,
    });
    const summary = conclude(configuration, simulated, result);
    process.stdout.write(given.has("json") ? `${JSON.stringify(summary)}\n` : summaryText(summary));
    return summary.agreed ? 0 : 1;
  } finally {
    key.remove();
    access.close();
    faults.close();
    stop.release();
    await simulated.faults.close();
    for (const server of simulated.servers) await server.close();
    await log.flush();
  }
}

/** The configuration with the token that the command line of this machine will use. */
function withToken(configuration: Configuration, { tokenLine }: ControlAccess): Configuration {
  const { control } = configuration;
  return { ...configuration, control: { ...control, tokens: [...control.tokens, tokenLine] } };
}

function speedOf(given: Arguments): SessionSpeed {
  return given.text("speed") === "max" ? "max" : given.number("speed", 1, 0.01, SPEED_MAX);
}

function configurationOf(
  given: Arguments,
  { servers }: SimulatedVenues,
  keyFile: string,
  journalDirectory: string,
): Configuration {
  const access = servers.map((server) => accessTo(server, keyFile));
  const configuration = localConfiguration(
    given.text("config"),
    (index) => access[index] ?? SIMULATED_ACCESS,
    journalDirectory,
  );
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
  { servers }: SimulatedVenues,
  result: LiveResult,
): SessionSummary {
  const ledger: VenueBalance[] = servers.flatMap(({ venue }, venueIndex) =>
    openingBalances.map(({ asset, amount }) => {
      const { free, locked } = venue.balance(SIMULATED_ACCOUNT, asset);
      return { venueIndex, asset, opening: amount * LEDGER_SCALE, free, locked };
    }),
  );
  const { directory, durability } = configuration.journal;
  const identity = { account: configuration.account, environment: configuration.environment };
  const replay = replayJournal(new NodeDisk(), directory, identity, result.host.epoch).at(0);
  return summaryOf({
    result,
    ledger: compareLedgers(result.host.built, ledger),
    replay,
    journal: directory,
    durability,
  });
}
