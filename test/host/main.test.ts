import assert from "node:assert/strict";
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { test } from "node:test";
import { pluginModules } from "../../cli/plugins/plugin-modules.ts";
import { KeySigner, SIMULATED_API_KEY, simulatedKeys } from "../../cli/simulation/simulated-account.ts";
import { tokenHash, tokenOf } from "../../host/control/api/index.ts";
import { examineAudit } from "../../host/control/audit/index.ts";
import { CheckCount } from "../../host/control/position-check/index.ts";
import { replayJournal } from "../../host/control/replay.ts";
import { ReconcileState } from "../../host/execution/reconcile/index.ts";
import { rearmOrder, TradingMode } from "../../host/execution/risk/index.ts";
import type { HostPorts, RunningHost } from "../../host/main.ts";
import { startHost } from "../../host/main.ts";
import { JobThreads } from "../../host/platform/threads/index.ts";
import { NodeDisk } from "../../host/platform/disk/index.ts";
import type { ApiListener, HttpListener } from "../../host/platform/http/index.ts";
import { SocketApi } from "../../host/platform/http/index.ts";
import type { Connection, RestAnswer, Wire } from "../../host/platform/index.ts";
import { SeededRandom, SystemTimers, VirtualClock } from "../../host/platform/index.ts";
import { freshDirectory } from "../cli/sandpit.ts";
import { sampleConfiguration } from "../support/short-session.ts";
import { answerRules } from "../support/venue-rules-answer.ts";

const identity = { account: "simulated", environment: "development" };
const pages: HttpListener = {
  listen: (port) => Promise.resolve({ port: port + 1, close: () => Promise.resolve() }),
};

const noApi: ApiListener = {
  listen: ({ port }) => Promise.resolve({ port: port + 2, close: () => Promise.resolve() }),
};

/** A wire on which nothing comes but the venue's rules. */
class SilentWire implements Wire {
  readonly urls: string[] = [];

  connect(url: string): Connection {
    this.urls.push(url);
    return { send: () => false, ping: () => undefined, close: () => undefined };
  }

  get(url: string, onAnswer: (answer: RestAnswer) => void): void {
    answerRules(url, onAnswer);
  }

  request(): void {
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
    api: noApi,
    jobs: new JobThreads(),
  };
}

const options = {
  modules: await pluginModules(sampleConfiguration),
  signers: new Map([["binance", new KeySigner(SIMULATED_API_KEY, simulatedKeys().privateKeyPem)]]),
  onNotice: (): void => undefined,
};

/** On this wire nobody answers: the venue is taken as one that agrees. */
function agree(host: RunningHost): void {
  host.built.lane.parts.reconciler.rounds.state[0] = ReconcileState.RECONCILED;
}

function configurationIn(directory: string, durability: "process" | "power" | "ring") {
  return { ...sampleConfiguration, journal: { directory, durability } };
}

for (const durability of ["process", "power", "ring"] as const) {
  test(`a host starts halted, is armed by a person, and closes a journal that replays (${durability}) [R9]`, async () => {
    const directory = freshDirectory();
    const wire = new SilentWire();
    const host = await startHost(configurationIn(directory, durability), portsWith(pages, wire), options);
    assert.equal(host.httpPort, 1);
    assert.equal(host.controlUrl, "http://127.0.0.1:2");
    assert.equal(host.epoch, 1);
    assert.equal(wire.urls.length, 2);
    assert.equal(host.built.modes.account[0], 4);
    assert.throws(
      () => host.arm("operator", "test"),
      /SANDPIT_NOT_RECONCILED: binance is not reconciled: its order line is down/,
    );
    agree(host);
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

test("a host compares its positions with what the thread beside it reads from the journal, and ends that thread", async () => {
  const base = configurationIn(freshDirectory(), "ring");
  const configuration = { ...base, positions: { checkEverySeconds: 0.02 } };
  const host = await startHost(configuration, portsWith(pages), options);
  const { positions } = host;
  assert.ok(positions !== undefined);
  while (positions.counts[CheckCount.AGREED] === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  assert.ok(positions.agreedSequence > 0);
  // A mistake for this test alone: the lane has what nobody has bought.
  host.built.positions.quantity[host.built.positions.rowOf(host.built.positions.accountRow, 0)] = 5;
  while (positions.counts[CheckCount.DISAGREED] === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  assert.equal(host.built.modes.instrument[0], 3);
  await host.stop(1e9);
  assert.deepEqual(
    [...positions.counts.subarray(2)].filter((_, cell) => cell !== 1),
    [0, 0],
  );
});

test("a host with plugins on threads of their own starts and ends them, and its journal replays without any", async () => {
  const directory = freshDirectory();
  const placement = {
    on: "thread",
    overflow: "conflate",
    deadlineMs: 10_000,
    ringKiB: 64,
    decisionAgeSecondsMax: 1,
  } as const;
  const base = configurationIn(directory, "process");
  const configuration = {
    ...base,
    agents: base.agents.map((agent) => ({ ...agent, placement })),
    ensemble: { ...base.ensemble, placement },
  };
  const host = await startHost(configuration, portsWith(pages), options);
  assert.deepEqual(
    host.built.slots.flatMap(({ name, isPlaced }) => (isPlaced ? [name] : [])),
    ["momentum", "market-maker", "hedge"],
  );
  const channels = host.placed?.all ?? [];
  while (!channels.every(({ isReady }) => isReady)) await new Promise((resolve) => setTimeout(resolve, 5));
  agree(host);
  host.arm("operator", "test");
  const end = await host.stop(1e9);
  for (const channel of channels) await channel.ended();
  const [session] = replayJournal(new NodeDisk(), directory, identity);
  assert.deepEqual([session?.divergence, session?.stateHash], [null, end.stateHash]);
});

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

test("the control API is closed with the host, arms nobody while it stops, and its actions replay", async () => {
  const directory = freshDirectory();
  const token = tokenOf(new Uint8Array(32));
  const line = {
    name: "mara",
    role: "operator",
    sha256: tokenHash(token),
    expires: "2030-01-01T00:00:00Z",
  } as const;
  const configuration = configurationIn(directory, "process");
  const host = await startHost(
    { ...configuration, control: { ...configuration.control, tokens: [line] } },
    { ...portsWith(pages), api: new SocketApi() },
    options,
  );
  const post = async (path: string): Promise<string> => {
    const response = await fetch(`${host.controlUrl}${path}`, {
      method: "POST",
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json", connection: "close" },
      body: '{"reason":"test"}',
    });
    return `${response.status} ${await response.text()}`;
  };
  assert.match(await post("/v1/rearm"), /^409 .*SANDPIT_NOT_RECONCILED/);
  agree(host);
  assert.match(await post("/v1/rearm"), /^200 .*"ACTIVE"/);
  assert.match(await post("/v1/kill"), /^200 .*"HALTED"/);
  assert.match(await post("/v1/plugins/momentum/promote"), /^409 .*SANDPIT_PLUGIN_STATE/);
  host.built.orders.open.count = 1;
  const stopped = host.stop(1e9);
  assert.match(await post("/v1/rearm"), /^409 .*SANDPIT_CONTROL_ENDING/);
  host.built.orders.open.count = 0;
  const end = await stopped;
  await assert.rejects(post("/v1/kill"), /fetch failed/);
  const [session] = replayJournal(new NodeDisk(), directory, identity);
  assert.deepEqual([session?.divergence, session?.stateHash], [null, end.stateHash]);
  const { verdict, records } = examineAudit(new NodeDisk(), `${directory}/audit`);
  assert.deepEqual([verdict, records], ["WHOLE", 9]);
});

test("a host does not start on an audit log whose chain is broken, and lets go of the journal", async () => {
  const directory = freshDirectory();
  mkdirSync(`${directory}/audit`);
  writeFileSync(`${directory}/audit/audit.log`, "nonsense\n".repeat(4_000));
  const configuration = configurationIn(directory, "process");
  await assert.rejects(startHost(configuration, portsWith(pages), options), /record 1 is damaged/);
  assert.equal(readdirSync(directory).includes("LOCK"), false);
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

test("[C11] a host that was started too often is armed by nobody, cancels, and is let go by an acknowledgement that is recorded", async () => {
  const directory = freshDirectory();
  const token = tokenOf(new Uint8Array(32));
  const line = {
    name: "mara",
    role: "operator",
    sha256: tokenHash(token),
    expires: "2030-01-01T00:00:00Z",
  } as const;
  const base = configurationIn(directory, "process");
  const configuration = {
    ...base,
    restarts: { startsMax: 1, windowSeconds: 60 },
    control: { ...base.control, tokens: [line] },
  };
  const ports = { ...portsWith(pages), api: new SocketApi() };
  const notices: string[] = [];
  const start = (isNewAccount: boolean): Promise<RunningHost> =>
    startHost(configuration, ports, {
      ...options,
      isNewAccount,
      onNotice: (_, text) => notices.push(text),
    });
  await (await start(false)).stop(0);
  const tripped = await start(false);
  agree(tripped);
  assert.match(tripped.armRefusal ?? "", /^SANDPIT_RESTART_BREAKER: this host was started more than 1 times/);
  assert.ok(notices.some((text) => text.startsWith("halted: SANDPIT_RESTART_BREAKER")));
  assert.throws(() => tripped.arm("operator", "in a hurry"), /SANDPIT_RESTART_BREAKER/);
  assert.throws(
    () => tripped.session.rearm(TradingMode.ACTIVE, rearmOrder("mara", "one instrument"), 0),
    /SANDPIT_RESTART_BREAKER/,
  );
  const ask = async (path: string, body?: object): Promise<string> => {
    const response = await fetch(`${tripped.controlUrl}${path}`, {
      method: body === undefined ? "GET" : "POST",
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json", connection: "close" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return `${response.status} ${await response.text()}`;
  };
  assert.match(await ask("/v1/status"), /"armRefusal":"SANDPIT_RESTART_BREAKER/);
  assert.match(await ask("/v1/cancel-all", { reason: "cancels flow" }), /^200 /);
  assert.match(await ask("/v1/rearm", { reason: "again" }), /^409 .*SANDPIT_RESTART_BREAKER/);
  assert.match(
    await ask("/v1/rearm", { reason: "a bad disk, replaced", acknowledgeRestarts: true }),
    /^200 .*"ACTIVE"/,
  );
  assert.match(await ask("/v1/status"), /"armRefusal":null/);
  await tripped.stop(0);
  const next = await start(false);
  agree(next);
  assert.equal(next.armRefusal, null, "the count begins anew");
  await next.stop(0);
  const simulated = await start(true);
  agree(simulated);
  assert.equal(simulated.armRefusal, null, "an account that begins with the start has nothing to protect");
  await simulated.stop(0);
});
