import { basename } from "node:path";
import { inspectModule } from "../../host/engine/index.ts";
import { buildPlugins } from "../../tools/build-plugins.ts";
import { bundledPlugins } from "../../tools/plugin-build/plugin-source.ts";
import { openMarket } from "../backtest/backtest-market.ts";
import type { Arguments } from "../console/arguments.ts";
import { UsageError } from "../console/command-error.ts";
import type { Command } from "../console/command.ts";
import { duration } from "../console/duration.ts";
import { readPluginFile } from "../plugins/plugin-file.ts";
import { admissionOf, reportText } from "../plugins/plugin-report.ts";
import type { PluginRun } from "../plugins/run-plugin.ts";
import { runPlugin } from "../plugins/run-plugin.ts";
import { localConfiguration } from "../simulation/local-configuration.ts";
import { SIMULATED_API_KEY, simulatedKeys } from "../simulation/simulated-account.ts";

const ACCESS = {
  streamUrl: "ws://venue",
  wsApiUrl: "ws://venue/ws-api/v3",
  restUrl: "http://venue",
  apiKey: SIMULATED_API_KEY,
  privateKeyFile: "(in memory)",
};
const GENERATED_SECONDS = 20;
const LATENCY_NS = 2e6;
const ACTIONS = "`plugin build [NAME...]`, `plugin inspect FILE`, `plugin run FILE`";

export const pluginCommand: Command = {
  name: "plugin",
  summary: "Builds, inspects and tries plugins: build [DIR|NAME...], inspect FILE|NAME, run FILE|NAME.",
  operands: "build|inspect|run [...]",
  options: {
    recording: {
      value: "FILE",
      isList: true,
      help: "run: recorded frames; without them the market is generated",
    },
    config: { value: "FILE", help: "run: configuration of the host around the plugin" },
    show: { value: "N", help: "run: outputs to print (5)" },
  },
  run: runCommand,
};

async function runCommand(given: Arguments): Promise<number> {
  const [action, ...rest] = given.operands;
  if (action === "build") return build(rest, given);
  const [file] = rest;
  if (action !== "inspect" && action !== "run")
    throw new UsageError(
      action === undefined ? "plugin has no action" : `plugin has no action "${action}"`,
      ACTIONS,
    );
  if (file === undefined || rest.length > 1)
    throw new UsageError(`plugin ${action} takes one file or name`, ACTIONS);
  await buildPlugins();
  return action === "inspect" ? inspect(file, given) : run(file, given);
}

async function build(wanted: readonly string[], given: Arguments): Promise<number> {
  const known = bundledPlugins().map(({ manifest }) => manifest.name);
  const names = wanted.map((name) => basename(name));
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined)
    throw new UsageError(`there is no plugin "${unknown}" below plugins/`, `use one of ${known.join(", ")}`);
  const result = await buildPlugins(names.length === 0 ? {} : { only: names });
  process.stdout.write(
    given.has("json")
      ? `${JSON.stringify(result)}\n`
      : `${result.built} built, ${result.skipped} up to date\n`,
  );
  return 0;
}

function inspect(file: string, given: Arguments): number {
  const bytes = readPluginFile(file);
  const report = inspectModule(bytes);
  const admission = admissionOf(bytes);
  process.stdout.write(
    given.has("json") ? `${JSON.stringify({ ...report, admission })}\n` : reportText(report, admission),
  );
  return admission.isAdmitted ? 0 : 1;
}

async function run(file: string, given: Arguments): Promise<number> {
  const keys = simulatedKeys();
  const configuration = localConfiguration(given.text("config"), ACCESS, "(none)");
  const market = await openMarket({
    recordings: given.texts("recording"),
    generatedSeconds: GENERATED_SECONDS,
    seed: 1,
    latencyNs: LATENCY_NS,
    publicKeyPem: keys.publicKeyPem,
  });
  const shownMax = given.integer("show", 5, 0, 10_000);
  const result = await runPlugin({
    bytes: readPluginFile(file),
    configuration,
    market,
    privateKeyPem: keys.privateKeyPem,
    shownMax,
  });
  process.stdout.write(given.has("json") ? `${JSON.stringify(result, decimals)}\n` : runText(result));
  return result.fault === null ? 0 : 1;
}

function runText(result: PluginRun): string {
  const { callNs } = result;
  const calls = Object.entries(result.calls).map(
    ([name, times]) => `${name} ${times.toLocaleString("en-US")}`,
  );
  const lines = [
    `${result.kind} ${result.plugin}: ${result.fault === null ? "ran to the end" : `STOPPED: ${result.fault}`}`,
    `calls    ${calls.join(", ") || "none: no record that it reads came up"}`,
    `a call   p50 ${duration(callNs.p50)}, p99 ${duration(callNs.p99)}, max ${duration(callNs.max)}, mean ${duration(callNs.mean)} (timer included)`,
    `gas      ${result.gasMax === 0 ? "no call was sampled" : `${result.gasMax.toLocaleString("en-US")} at most in sampled calls`}`,
    `outputs  ${result.outputBytes.toLocaleString("en-US")} bytes; the first:`,
    ...result.shown.flatMap(({ input, outputs }) =>
      outputs.map((record) => `  ${input} -> ${record.name} ${JSON.stringify(record.fields, decimals)}`),
    ),
  ];
  return `${lines.join("\n")}\n`;
}

/** 64-bit integers as text: JSON's numbers would round them. */
function decimals(_key: string, value: unknown): unknown {
  return typeof value === "bigint" ? value.toString() : value;
}
