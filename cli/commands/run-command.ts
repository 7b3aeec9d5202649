import { join, resolve } from "node:path";
import { defaultConfiguration } from "../../host/control/default-configuration.ts";
import type { VenueAccess } from "../../host/control/default-configuration.ts";
import { replayJournal } from "../../host/control/replay.ts";
import { NodeDisk } from "../../host/platform/disk/index.ts";
import { SystemClock, SystemTimers } from "../../host/platform/index.ts";
import type { Arguments } from "../console/arguments.ts";
import { UsageError } from "../console/command-error.ts";
import type { Command } from "../console/command.ts";
import { readConfigurationFile } from "../console/configuration-file.ts";
import { runLive } from "../live/live-host.ts";
import { NoticeLog } from "../live/notice-log.ts";
import { summaryOf, summaryText } from "../live/session-summary.ts";
import { StopRequest } from "../live/stop-request.ts";
import { warmUp } from "../live/warm-up.ts";
import { judgedModules, pluginModules } from "../plugins/plugin-modules.ts";

const DAY_SECONDS = 86_400;
/** The venue's test network: nobody gets a file that trades real money by printing it. */
const EXAMPLE_ACCESS: VenueAccess = {
  streamUrl: "wss://stream.testnet.binance.vision",
  wsApiUrl: "wss://ws-api.testnet.binance.vision/ws-api/v3?returnRateLimits=false",
  restUrl: "https://testnet.binance.vision",
  key: {
    apiKey: "the key's public name, as the venue shows it",
    from: { file: "key.pem" },
    label: "testnet",
  },
};

export const runCommand: Command = {
  name: "run",
  summary: "Runs a host alone, against the addresses of a configuration file.",
  options: {
    config: { value: "FILE", help: "the configuration" },
    "print-configuration": { help: "print the default configuration as JSON, to begin one's own with" },
    arm: { value: "PERSON", help: "who lets it trade; without it the host stays halted and only watches" },
    duration: { value: "SECONDS", help: "stop after that time; without it, at Ctrl-C" },
    "no-view": { help: "plain progress lines instead of the full-screen view" },
  },
  run: runHost,
};

async function runHost(given: Arguments): Promise<number> {
  if (given.has("print-configuration")) {
    process.stdout.write(
      `${JSON.stringify(defaultConfiguration(EXAMPLE_ACCESS, "journal/live"), null, 2)}\n`,
    );
    return 0;
  }
  const file = given.text("config");
  if (file === undefined)
    throw new UsageError(
      "run has no configuration",
      "write --config FILE; --print-configuration prints one to begin with",
    );
  const configuration = readConfigurationFile(file);
  const modules = await pluginModules(configuration);
  await warmUp(configuration, judgedModules(configuration, modules));
  const { directory, durability } = configuration.journal;
  const isFullScreen = process.stdout.isTTY && !given.has("no-view") && !given.has("json");
  const stop = new StopRequest();
  const log = new NoticeLog(isFullScreen ? join(resolve(directory), "sandpit.log") : null);
  const durationSeconds = given.number("duration", Number.POSITIVE_INFINITY, 0.1, DAY_SECONDS);
  try {
    const result = await runLive({
      configuration,
      modules,
      clock: new SystemClock(),
      timers: new SystemTimers(),
      log,
      stop,
      isFullScreen,
      durationSeconds,
      isOver: () => false,
      access: null,
      person: given.text("arm") ?? null,
      armReason: "armed on the command line",
    });
    const identity = { account: configuration.account, environment: configuration.environment };
    const replay = replayJournal(new NodeDisk(), directory, identity, result.host.epoch).at(0);
    const summary = summaryOf({ result, ledger: null, replay, journal: directory, durability });
    process.stdout.write(given.has("json") ? `${JSON.stringify(summary)}\n` : summaryText(summary));
    return summary.agreed ? 0 : 1;
  } finally {
    stop.release();
    await log.flush();
  }
}
