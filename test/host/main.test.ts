import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { test } from "node:test";
import { pluginModules } from "../../cli/plugins/plugin-modules.ts";
import { KeySigner, SIMULATED_API_KEY, simulatedKeys } from "../../cli/simulation/simulated-account.ts";
import { replayJournal } from "../../host/control/replay.ts";
import type { HostPorts } from "../../host/main.ts";
import { startHost } from "../../host/main.ts";
import { NodeDisk } from "../../host/platform/disk/index.ts";
import type { HttpListener } from "../../host/platform/http/index.ts";
import type { Connection, Wire } from "../../host/platform/index.ts";
import { SeededRandom, SystemTimers, VirtualClock } from "../../host/platform/index.ts";
import { freshDirectory } from "../cli/sandpit.ts";
import { sampleConfiguration } from "../support/short-session.ts";

const identity = { account: "simulated", environment: "development" };
const pages: HttpListener = {
  listen: (port) => Promise.resolve({ port: port + 1, close: () => Promise.resolve() }),
};

/** A wire on which nothing ever comes. */
class SilentWire implements Wire {
  readonly urls: string[] = [];

  connect(url: string): Connection {
    this.urls.push(url);
    return { send: () => false, ping: () => undefined, close: () => undefined };
  }

  get(): void {
    /* Nobody answers. */
  }
}

function portsWith(http: HttpListener, wire: Wire = new SilentWire()): HostPorts {
  const clock = new VirtualClock(1_704_067_200_000);
  clock.set(2.5e9);
  return {
    disk: new NodeDisk(),
    clock,
    stopwatch: clock,
    timers: new SystemTimers(),
    random: new SeededRandom(1),
    wire,
    http,
  };
}

const options = {
  modules: await pluginModules(sampleConfiguration),
  signer: new KeySigner(SIMULATED_API_KEY, simulatedKeys().privateKeyPem),
  onNotice: (): void => undefined,
};

function configurationIn(directory: string, durability: "process" | "power" | "ring") {
  return { ...sampleConfiguration, journal: { directory, durability } };
}

for (const durability of ["process", "power", "ring"] as const) {
  test(`a host starts halted, is armed by a person, and closes a journal that replays (${durability}) [R9]`, async () => {
    const directory = freshDirectory();
    const wire = new SilentWire();
    const host = await startHost(configurationIn(directory, durability), portsWith(pages, wire), options);
    assert.equal(host.httpPort, 1);
    assert.equal(host.epoch, 1);
    assert.equal(wire.urls.length, 2);
    assert.equal(host.built.modes.account[0], 4);
    assert.throws(() => {
      host.arm("", "no name");
    }, /names the person/);
    host.arm("operator", "test");
    assert.equal(host.built.modes.account[0], 1);
    const end = await host.stop(1e9);
    assert.deepEqual([end.openOrders, end.journalCode], [0, 0]);
    const [session] = replayJournal(new NodeDisk(), directory, identity);
    assert.deepEqual(
      [session?.divergence, session?.journalledStateHash, session?.stateHash],
      [null, end.stateHash, end.stateHash],
    );
    assert.equal(readdirSync(directory).includes("LOCK"), false);
  });
}

test("order stamps begin at the wall clock of session time 0, though the host started later", async () => {
  const host = await startHost(configurationIn(freshDirectory(), "process"), portsWith(pages), options);
  assert.equal(host.built.configuration.startWallMs, 1_704_067_200_000);
  await host.stop(0);
});

test("a start that fails lets go of the journal: the next one has it, with the next epoch", async () => {
  const directory = freshDirectory();
  const taken: HttpListener = { listen: () => Promise.reject(new Error("port 1 is taken")) };
  await assert.rejects(
    startHost(configurationIn(directory, "process"), portsWith(taken), options),
    /port 1 is taken/,
  );
  await assert.rejects(
    startHost(configurationIn(directory, "process"), portsWith(pages), { ...options, modules: new Map() }),
    /binance/,
  );
  const host = await startHost(configurationIn(directory, "process"), portsWith(pages), options);
  assert.equal(host.epoch, 3);
  await host.stop(0);
});

test("a second host on the same journal is refused before it opens anything [J16]", async () => {
  const directory = freshDirectory();
  const first = await startHost(configurationIn(directory, "process"), portsWith(pages), options);
  const wire = new SilentWire();
  await assert.rejects(
    startHost(configurationIn(directory, "process"), portsWith(pages, wire), options),
    /held by the live process/,
  );
  assert.deepEqual(wire.urls, []);
  await first.stop(0);
});
