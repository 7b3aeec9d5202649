import { basename } from "node:path";
import { inspectModule } from "../../host/engine/index.ts";
import { buildPlugins } from "../../tools/build-plugins.ts";
import { bundledPlugins } from "../../tools/plugin-build/plugin-source.ts";
import { openMarket } from "../backtest/backtest-market.ts";
import type { Arguments } from "../console/arguments.ts";
import { UsageError } from "../console/command-error.ts";
import type { Command } from "../console/command.ts";
import { duration } from "../console/duration.ts";
import { admitModule } from "../plugins/admit-module.ts";
import { readPluginFile } from "../plugins/plugin-file.ts";
import { generateKey } from "../plugins/key-generation.ts";
import { differenceOf, differenceText } from "../plugins/plugin-difference.ts";
import { admissionOf, reportText, signatureReportOf } from "../plugins/plugin-report.ts";
import { signPlugin } from "../plugins/plugin-signing.ts";
import { verifyPlugin } from "../plugins/plugin-verification.ts";
import type { PluginRun } from "../plugins/run-plugin.ts";
import { runPlugin } from "../plugins/run-plugin.ts";
import { swapActions, swapPlugin } from "../plugins/swap-plugin.ts";
import { targetOptions } from "../control/control-target.ts";
import { localConfiguration, SIMULATED_ACCESS } from "../simulation/local-configuration.ts";
import { simulatedKeys } from "../simulation/simulated-account.ts";

const GENERATED_SECONDS = 20;
const LATENCY_NS = 2e6;
const ACTIONS =
  "`plugin build [NAME...]`, `inspect FILE`, `run FILE`, `diff FILE FILE`, `keygen`, `sign FILE`, `verify FILE`, `admit FILE`; in a running host `list`, `deploy FILE [SLOT]`, `shadow SLOT`, `drop SLOT`, `promote SLOT`, `rollback SLOT`, `quarantine SLOT`, `release SLOT`, `set SLOT`";

/** What takes modules: with how many, and what it does with them. */
const moduleActions: Readonly<
  Record<
    string,
    { readonly files: number; run(files: readonly string[], given: Arguments): Promise<number> | number }
  >
> = {
  inspect: { files: 1, run: ([file = ""], given) => inspect(file, given) },
  run: { files: 1, run: ([file = ""], given) => run(file, given) },
  diff: { files: 2, run: (files, given) => compare(files, given) },
  sign: { files: 1, run: ([file = ""], given) => signPlugin(file, given) },
  verify: { files: 1, run: ([file = ""], given) => verifyPlugin(file, given) },
  admit: { files: 1, run: ([file = ""], given) => admitModule(file, given) },
};

export const pluginCommand: Command = {
  name: "plugin",
  summary:
    "Makes plugins (build, inspect, run, diff, keygen, sign, verify, admit) and changes those of a running host (list, deploy, shadow, drop, promote, rollback, quarantine, release, set).",
  operands: "ACTION [FILE|NAME|SLOT...]",
  options: {
    ...targetOptions,
    reason: { value: "TEXT", help: "changes: recorded in the audit log" },
    parameter: { value: "NAME=VALUE", isList: true, help: "deploy, set: a parameter of the plugin" },
    shadow: { help: "deploy: show it live events at once" },
    fresh: { help: "deploy: begin with nothing, and not with what the plugin in place knows" },
    differences: { help: "list: also the first output in which what runs beside a plugin differs" },
    recording: {
      value: "FILE",
      isList: true,
      help: "run, diff --gas: recorded frames; without them the market is generated",
    },
    config: { value: "FILE", help: "run, diff --gas: configuration of the host around the plugin" },
    show: { value: "N", help: "run: outputs to print (5)" },
    gas: { help: "diff: run both on a market and compare calls, gas and outputs" },
    out: { value: "PATH", help: "keygen: file or folder of the new key; sign: the signed module (in place)" },
    format: { value: "FORMAT", help: "keygen: pem or wasmsign2 (pem)" },
    key: { value: "FILE", help: "sign: private key, PEM or wasmsign2, its owner's alone" },
    "key-command": {
      value: "CMD",
      help: "sign: prints in hexadecimal the signature of the message on its standard input",
    },
    "public-key": { value: "FILE", help: "sign: the public key of --key-command" },
    keyring: { value: "FILE", help: "verify, admit: whose signatures count" },
    environment: {
      value: "NAME",
      help: "verify, admit: development, staging or production (production; admit without a keyring: development)",
    },
    deadline: { value: "MS", help: "admit: milliseconds after which the module is refused (10000)" },
    source: { value: "DIR", help: "verify: folder of the plugin's source, built again and compared" },
  },
  run: runCommand,
};

async function runCommand(given: Arguments): Promise<number> {
  const [action, ...rest] = given.operands;
  if (action === "build") return build(rest, given);
  if (action !== undefined && swapActions.includes(action)) return swapPlugin(action, rest, given);
  if (action === "keygen") {
    if (rest.length > 0) throw new UsageError("plugin keygen takes no file", "write --out FILE");
    return generateKey(given);
  }
  const known =
    action !== undefined && Object.hasOwn(moduleActions, action) ? moduleActions[action] : undefined;
  if (known === undefined)
    throw new UsageError(
      action === undefined ? "plugin has no action" : `plugin has no action "${action}"`,
      ACTIONS,
    );
  if (rest.length !== known.files)
    throw new UsageError(
      `plugin ${action} takes ${known.files === 1 ? "one file or name" : `${known.files} files or names`}`,
      ACTIONS,
    );
  await buildPlugins();
  return known.run(rest, given);
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
  const signature = signatureReportOf(bytes);
  process.stdout.write(
    given.has("json")
      ? `${JSON.stringify({ ...report, admission, signature })}\n`
      : reportText(report, admission, signature),
  );
  return admission.isAdmitted && signature.error === null ? 0 : 1;
}

/** Two modules side by side; on request also what each does on the same market. */
async function compare(files: readonly string[], given: Arguments): Promise<number> {
  const [before = "", after = ""] = files;
  const difference = differenceOf(readPluginFile(before), readPluginFile(after));
  const runs = given.has("gas") ? [await runOn(before, given), await runOn(after, given)] : [];
  process.stdout.write(
    given.has("json")
      ? `${JSON.stringify({ ...difference, runs }, decimals)}\n`
      : `${differenceText(difference, files)}${runs.map(runText).join("")}`,
  );
  return 0;
}

async function run(file: string, given: Arguments): Promise<number> {
  const result = await runOn(file, given);
  process.stdout.write(given.has("json") ? `${JSON.stringify(result, decimals)}\n` : runText(result));
  return result.fault === null ? 0 : 1;
}

async function runOn(file: string, given: Arguments): Promise<PluginRun> {
  const keys = simulatedKeys();
  const configuration = localConfiguration(given.text("config"), () => SIMULATED_ACCESS, "(none)");
  const market = await openMarket({
    recordings: given.texts("recording"),
    generatedSeconds: GENERATED_SECONDS,
    seed: 1,
    venueCount: configuration.venues.length,
    latencyNs: LATENCY_NS,
    publicKeyPem: keys.publicKeyPem,
  });
  const shownMax = given.integer("show", 5, 0, 10_000);
  return runPlugin({
    bytes: readPluginFile(file),
    configuration,
    market,
    privateKeyPem: keys.privateKeyPem,
    shownMax,
  });
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
