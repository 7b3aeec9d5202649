import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { KeySigner, SIMULATED_API_KEY, simulatedKeys } from "../../../cli/simulation/simulated-account.ts";
import { judgedModules, pluginModules } from "../../../cli/plugins/plugin-modules.ts";
import type { Configuration } from "../../../host/control/configuration-shape.ts";
import { buildMetrics } from "../../../host/control/metrics.ts";
import { hostTrust, raiseFloor, readKeyring, verifyModules } from "../../../host/control/plugin-trust.ts";
import { replayJournal } from "../../../host/control/replay.ts";
import type { EngineErrorCode, KeyringFile } from "../../../host/engine/index.ts";
import { EngineError, KEYRING_BYTES_MAX, VersionFloor } from "../../../host/engine/index.ts";
import type { HostPorts, RunningHost } from "../../../host/main.ts";
import { startHost } from "../../../host/main.ts";
import { JobThreads } from "../../../host/platform/threads/index.ts";
import { NodeDisk } from "../../../host/platform/disk/index.ts";
import { SeededRandom, SystemTimers, VirtualClock } from "../../../host/platform/index.ts";
import { freshDirectory } from "../../cli/sandpit.ts";
import { sampleConfiguration } from "../../support/short-session.ts";
import { SimDisk } from "../../support/sim-disk.ts";
import { keyEntry, NOW_MS, signedBy, testKey } from "../../support/signing-desk.ts";
import { refusal } from "../engine/refusal.ts";
import { answerRules } from "../../support/venue-rules-answer.ts";

const [ann, bea, cyd, dan] = [testKey(1), testKey(2), testKey(3), testKey(4)];
const keyring: KeyringFile = {
  format: 1,
  keys: [
    keyEntry("ann", "quant", ann),
    keyEntry("bea", "risk", bea),
    keyEntry("cyd", "risk", cyd),
    keyEntry("dan", "venue", dan),
  ],
};
const bundled = await pluginModules(sampleConfiguration);
const rules = new Set(sampleConfiguration.risk.rules.map(({ plugin }) => plugin));
const signed = new Map(
  [...bundled].map(([name, bytes]) => {
    if (name === "binance") return [name, signedBy(bytes, dan)];
    return [name, rules.has(name) ? signedBy(bytes, bea, cyd) : signedBy(bytes, ann)];
  }),
);

/** A production host's configuration, with its keyring written. */
function production(directory: string, ring: KeyringFile = keyring): Configuration {
  const keyringFile = join(directory, "keyring.json");
  writeFileSync(keyringFile, JSON.stringify(ring));
  return {
    ...sampleConfiguration,
    environment: "production",
    trust: { keyring: keyringFile, floorDirectory: join(directory, "floor"), moduleDirectory: null },
    journal: { directory: join(directory, "journal"), durability: "process" },
  };
}

function ports(nowMs = NOW_MS): HostPorts {
  const clock = new VirtualClock(nowMs);
  return {
    disk: new NodeDisk(),
    clock,
    stopwatch: clock,
    timers: new SystemTimers(),
    random: new SeededRandom(1),
    wire: {
      connect: () => ({ send: () => false, ping: () => undefined, close: () => undefined }),
      get: answerRules,
      request: () => undefined,
    },
    http: { listen: (port) => Promise.resolve({ port, close: () => Promise.resolve() }) },
    api: { listen: ({ port }) => Promise.resolve({ port, close: () => Promise.resolve() }) },
    jobs: new JobThreads(),
  };
}

function start(
  configuration: Configuration,
  modules: ReadonlyMap<string, Uint8Array>,
  nowMs = NOW_MS,
): Promise<RunningHost> {
  return startHost(configuration, ports(nowMs), {
    modules,
    signers: new Map([["binance", new KeySigner(SIMULATED_API_KEY, simulatedKeys().privateKeyPem)]]),
    onNotice: () => undefined,
  });
}

function codeOf(error: unknown): EngineErrorCode | null {
  return error instanceof EngineError ? error.code : null;
}

test("[S1] in production a host does not start with one unsigned plugin, and names it with the remedy", async () => {
  const configuration = production(freshDirectory());
  await assert.rejects(start(configuration, bundled), (error: unknown) => {
    assert.equal(codeOf(error), "SANDPIT_SIGNATURE_MISSING");
    const text = String(error);
    for (const name of bundled.keys())
      assert.ok(text.includes(`\n  ${name}: SANDPIT_SIGNATURE_MISSING`), name);
    return /sandpit plugin sign/.test(text);
  });
  const one = new Map([...signed, ["hedge", bundled.get("hedge") ?? new Uint8Array(0)]]);
  await assert.rejects(start(configuration, one), (error: unknown) => {
    assert.doesNotMatch(String(error), /momentum/);
    return codeOf(error) === "SANDPIT_SIGNATURE_MISSING" && /\n {2}hedge: /.test(String(error));
  });
});

test("a production host runs signed plugins, says who signed them, and its journal replays", async () => {
  const configuration = production(freshDirectory());
  const host = await start(configuration, signed);
  for (const { name, plugin } of host.built.slots) {
    assert.ok(plugin?.trust.state === "signed", name);
    const signers = rules.has(name) ? ["bea", "cyd"] : name === "binance" ? ["dan"] : ["ann"];
    assert.deepEqual(plugin.trust.signers, signers);
  }
  const metrics = await buildMetrics(host).metrics();
  const labels = 'plugin="hedge",kind="ensemble"';
  assert.ok(metrics.includes(`sandpit_plugin_running{${labels},trust="signed"} 1\n`));
  const expiry = Date.parse("2027-01-01T00:00:00Z") / 1_000;
  assert.ok(metrics.includes(`sandpit_plugin_expires_seconds{${labels}} ${expiry}\n`));
  const end = await host.stop(0);
  const identity = { account: "simulated", environment: "production" };
  const [session] = replayJournal(new NodeDisk(), configuration.journal.directory, identity);
  assert.deepEqual([session?.divergence, session?.stateHash], [null, end.stateHash]);
});

test("a development host runs unsigned plugins and says so", async () => {
  const directory = freshDirectory();
  const configuration: Configuration = {
    ...sampleConfiguration,
    journal: { directory, durability: "process" },
  };
  const host = await start(configuration, bundled);
  assert.ok(host.built.slots.every(({ plugin }) => plugin?.trust.state === "unsigned"));
  const metrics = await buildMetrics(host).metrics();
  assert.match(metrics, /sandpit_plugin_running\{plugin="hedge",kind="ensemble",trust="unsigned"\} 1/);
  assert.doesNotMatch(metrics, /sandpit_plugin_expires_seconds\{/);
  await host.stop(0);
});

test("[S7] what a host has run is its floor: the version before it no longer starts", async () => {
  const configuration = production(freshDirectory());
  await (await start(configuration, signed)).stop(0);
  const { floorDirectory } = configuration.trust;
  const floor = new VersionFloor(new NodeDisk(), floorDirectory ?? "");
  const candidate = { name: "momentum", version: "0.9.0", contentSha256: "0".repeat(64) };
  assert.throws(() => {
    floor.check(candidate);
  }, refusal("SANDPIT_SIGNATURE_VERSION_BELOW_FLOOR"));
  floor.raise([{ ...candidate, version: "9.0.0" }]);
  await assert.rejects(start(configuration, signed), /momentum: SANDPIT_SIGNATURE_VERSION_BELOW_FLOOR/);
});

test("[S7] a host that is refused raises nothing", async () => {
  const configuration = production(freshDirectory());
  const modules = new Map([...signed, ["hedge", bundled.get("hedge") ?? new Uint8Array(0)]]);
  await assert.rejects(start(configuration, modules));
  assert.throws(() => readFileSync(join(configuration.trust.floorDirectory ?? "", "FLOOR")), /ENOENT/);
});

test("[S3][S15] a key that expired or was revoked since stops the next start", async () => {
  const directory = freshDirectory();
  await assert.rejects(
    start(production(directory), signed, Date.parse("2027-01-01T00:00:00Z")),
    /momentum: SANDPIT_SIGNATURE_KEY_EXPIRED/,
  );
  const revoked = { keys: [{ keyId: bea.publicKey.keyId, reason: "stolen" }], modules: [] };
  await assert.rejects(
    start(production(directory, { ...keyring, revoked }), signed),
    /order-size: SANDPIT_SIGNATURE_KEY_REVOKED/,
  );
});

test("[S4] a signed module in another plugin's place is refused", () => {
  const disk = new NodeDisk();
  const trust = hostTrust(production(freshDirectory()), disk, NOW_MS);
  const swapped = new Map([["market-maker", signed.get("momentum") ?? new Uint8Array(0)]]);
  assert.throws(
    () => verifyModules(swapped, trust),
    refusal("SANDPIT_SIGNATURE_NAME", /market-maker: .*the plugin momentum/),
  );
});

test("[S10] the journal holds the bytes that were judged", async () => {
  const configuration = production(freshDirectory());
  const modules = new Map([...signed].map(([name, bytes]) => [name, Buffer.from(bytes)]));
  const starting = start(configuration, modules);
  for (const bytes of modules.values()) bytes.fill(0);
  await (await starting).stop(0);
  const identity = { account: "simulated", environment: "production" };
  const [session] = replayJournal(new NodeDisk(), configuration.journal.directory, identity);
  assert.equal(session?.divergence, null);
});

test("a keyring that is absent, too large or no keyring is refused by its path", () => {
  const disk = new SimDisk();
  const invalid = refusal("SANDPIT_SIGNATURE_KEYRING_INVALID", /keyring\.json/);
  assert.throws(() => readKeyring(disk, "keyring.json"), invalid);
  disk.plant("keyring.json", Buffer.alloc(KEYRING_BYTES_MAX + 1, 0x20));
  assert.throws(() => readKeyring(disk, "keyring.json"), invalid);
  disk.plant("keyring.json", Buffer.from("{}"));
  assert.throws(() => readKeyring(disk, "keyring.json"), invalid);
  disk.plant("keyring.json", Buffer.from(JSON.stringify(keyring)));
  assert.equal(readKeyring(disk, "keyring.json").keys.length, 4);
});

test("unsigned modules raise no floor", () => {
  const disk = new SimDisk();
  const configuration = {
    ...sampleConfiguration,
    trust: { keyring: null, floorDirectory: "floor", moduleDirectory: null },
  };
  const trust = hostTrust(configuration, disk, NOW_MS);
  raiseFloor(verifyModules(bundled, trust).values(), trust);
  assert.deepEqual(disk.paths(), []);
});

test("modules come from the configured folder, and what runs before the host is judged as by the host", async () => {
  const directory = freshDirectory();
  const moduleDirectory = join(directory, "modules");
  mkdirSync(moduleDirectory);
  for (const [name, bytes] of signed) writeFileSync(join(moduleDirectory, `${name}.wasm`), bytes);
  const base = production(directory);
  const configuration = { ...base, trust: { ...base.trust, moduleDirectory } };
  const modules = await pluginModules(configuration);
  assert.deepEqual([...modules.keys()].sort(), [...signed.keys()].sort());
  assert.deepEqual(Buffer.from(modules.get("momentum") ?? []), Buffer.from(signed.get("momentum") ?? []));
  assert.equal(judgedModules(configuration, modules).size, signed.size);
  assert.throws(() => judgedModules(configuration, bundled), refusal("SANDPIT_SIGNATURE_MISSING"));
  writeFileSync(join(moduleDirectory, "hedge.wasm"), "no module");
  const broken = await pluginModules(configuration);
  assert.throws(() => judgedModules(configuration, broken), /hedge: SANDPIT_ENGINE_MODULE_MALFORMED/);
  const absent = { ...configuration, trust: { ...configuration.trust, moduleDirectory: directory } };
  await assert.rejects(pluginModules(absent), /binance\.wasm cannot be read/);
});
