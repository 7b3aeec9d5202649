import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { writePrivateKey } from "../../cli/live/private-key.ts";
import { simulatedKeys } from "../../cli/simulation/simulated-account.ts";
import { freshDirectory, lastJson, sandpit } from "./sandpit.ts";

test("a wrong call ends with status 2 and names the remedy", async () => {
  for (const line of [
    ["frobnicate"],
    ["backtest", "--frobnicate"],
    ["backtest", "--generated", "5", "--recording", "x"],
    ["plugin", "frobnicate"],
    ["replay"],
    ["run"],
  ]) {
    const { status, stderr } = await sandpit(...line);
    assert.equal(status, 2, line.join(" "));
    assert.match(stderr, /^sandpit: .+\n {2}remedy: .+/, line.join(" "));
  }
});

test("help is printed for the program and for a command", async () => {
  const program = await sandpit("--help");
  assert.equal(program.status, 0);
  for (const name of ["start", "backtest", "run", "replay", "plugin", "bench"])
    assert.match(program.stdout, new RegExp(`\\b${name}\\b`));
  const command = await sandpit("start", "--help");
  assert.equal(command.status, 0);
  assert.match(command.stdout, /--recording FILE\.\.\./);
});

test("a failure ends with status 1 and no stack, unless --debug asks for one", async () => {
  const plain = await sandpit("backtest", "--recording", "absent.gz");
  assert.equal(plain.status, 1);
  assert.match(plain.stderr, /absent\.gz cannot be read/);
  assert.doesNotMatch(plain.stderr, /^ {4}at /m);
  const debug = await sandpit("backtest", "--recording", "absent.gz", "--debug");
  assert.match(debug.stderr, /^ {4}at /m);
});

/** The printed configuration with changes, as a file. */
async function configurationFile(
  directory: string,
  change: (configuration: Record<string, unknown>) => void,
): Promise<string> {
  const printed = await sandpit("run", "--print-configuration");
  const configuration = JSON.parse(printed.stdout) as Record<string, unknown>;
  change(configuration);
  const path = join(directory, "configuration.json");
  writeFileSync(path, JSON.stringify(configuration));
  return path;
}

function firstVenue(configuration: Record<string, unknown>): Record<string, unknown> {
  return (configuration["venues"] as Record<string, unknown>[])[0] ?? {};
}

test("every fault of a configuration is told with the path of its key [O3]", async () => {
  const path = await configurationFile(freshDirectory(), (configuration) => {
    configuration["leverage"] = 10;
    (configuration["risk"] as Record<string, unknown>)["openOrdersMax"] = "many";
  });
  const { status, stderr } = await sandpit("run", "--config", path);
  assert.equal(status, 1);
  assert.match(stderr, /unknown key "leverage"/);
  assert.match(stderr, /risk\.openOrdersMax: /);
});

test("a configuration that is no JSON, or absent, is named", async () => {
  const path = join(freshDirectory(), "broken.json");
  writeFileSync(path, "{,}");
  assert.match((await sandpit("run", "--config", path)).stderr, /broken\.json is no JSON/);
  assert.match((await sandpit("run", "--config", `${path}.absent`)).stderr, /cannot be read/);
});

test("a private key that others may read is refused", { skip: process.platform === "win32" }, async () => {
  const directory = freshDirectory();
  const key = join(directory, "key.pem");
  writePrivateKey(key, simulatedKeys().privateKeyPem);
  const path = await configurationFile(directory, (configuration) => {
    firstVenue(configuration)["key"] = { apiKey: "k", from: { file: key }, label: "simulation" };
  });
  chmodSync(key, 0o640);
  const { status, stderr } = await sandpit("run", "--config", path, "--duration", "1");
  assert.equal(status, 1);
  assert.match(stderr, /SANDPIT_SIGNER_KEY_FILE_MODE.*mode 0640/);
  assert.match(stderr, /chmod 600/);
});

test("a host whose venue cannot be reached stays up, says so, and ends in order", async () => {
  const directory = freshDirectory();
  const key = join(directory, "key.pem");
  writePrivateKey(key, simulatedKeys().privateKeyPem);
  const path = await configurationFile(directory, (configuration) => {
    Object.assign(firstVenue(configuration), {
      key: { apiKey: "k", from: { file: key }, label: "simulation" },
      streamUrl: "ws://127.0.0.1:9",
      wsApiUrl: "ws://127.0.0.1:9",
      restUrl: "http://127.0.0.1:9",
    });
    (configuration["journal"] as Record<string, unknown>)["directory"] = join(directory, "journal");
  });
  const outcome = await sandpit("run", "--config", path, "--duration", "2", "--no-view", "--json");
  assert.equal(outcome.status, 0, outcome.stderr);
  assert.match(outcome.stderr, /market stream lost/);
  const summary = lastJson<{ events: number; orders: { sent: number }; replay: { isEqual: boolean } }>(
    outcome,
  );
  assert.deepEqual([summary.events, summary.orders.sent, summary.replay.isEqual], [0, 0, true]);
});

test("plugin inspect tells manifest, hashes and limits; a file that is no module is refused", async () => {
  const { status, stdout } = await sandpit("plugin", "inspect", "momentum", "--json");
  assert.equal(status, 0);
  const report = JSON.parse(stdout) as {
    manifest: { kind: string };
    sha256: string;
    admission: { isAdmitted: boolean };
  };
  assert.equal(report.manifest.kind, "agent");
  assert.match(report.sha256, /^[0-9a-f]{64}$/);
  assert.equal(report.admission.isAdmitted, true);
  const path = join(freshDirectory(), "text.wasm");
  writeFileSync(path, "this is no module");
  const refused = await sandpit("plugin", "inspect", path);
  assert.equal(refused.status, 1);
  assert.match(refused.stderr, /sandpit: /);
});

test("plugin run gives a plugin a market and prints what it wrote", async () => {
  for (const [name, input, output] of [
    ["microprice", "Quote", "FeatureUpdate"],
    ["hedge", "SignalPool", "CombinedSignal"],
    ["order-size", "RiskCheck", "RiskVerdict"],
  ] as const) {
    const outcome = await sandpit("plugin", "run", name, "--json", "--show", "1");
    assert.equal(outcome.status, 0, outcome.stderr);
    const run = lastJson<{
      fault: string | null;
      calls: Record<string, number>;
      callNs: { p50: number };
      shown: { input: string; outputs: { name: string }[] }[];
    }>(outcome);
    assert.equal(run.fault, null);
    assert.ok((run.calls[input] ?? 0) > 0, JSON.stringify(run.calls));
    assert.ok(run.callNs.p50 > 0);
    assert.deepEqual([run.shown[0]?.input, run.shown[0]?.outputs[0]?.name], [input, output]);
  }
});

test("the bin entry runs the same program from any directory", () => {
  const entry = join(import.meta.dirname, "../../cli/sandpit.mjs");
  const { status, stdout } = spawnSync(process.execPath, [entry, "--help"], {
    cwd: freshDirectory(),
    encoding: "utf8",
  });
  assert.equal(status, 0);
  assert.match(stdout, /usage: sandpit COMMAND/);
});
