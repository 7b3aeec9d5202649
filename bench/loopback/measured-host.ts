import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { judgedModules, pluginModules } from "../../cli/plugins/plugin-modules.ts";
import { warmUp } from "../../cli/live/warm-up.ts";
import { KeySigner, simulatedKeys, SIMULATED_API_KEY } from "../../cli/simulation/simulated-account.ts";
import { SIMULATED_ACCESS } from "../../cli/simulation/local-configuration.ts";
import type { Configuration } from "../../host/control/configuration-shape.ts";
import { defaultConfiguration } from "../../host/control/default-configuration.ts";
import type { Durability } from "../../host/journal/index.ts";
import type { RunningHost } from "../../host/main.ts";
import { startHost } from "../../host/main.ts";
import { NodeDisk } from "../../host/platform/disk/index.ts";
import { LoopbackHttp, SocketApi } from "../../host/platform/http/index.ts";
import { SocketWire, SystemClock, SystemRandom, SystemTimers } from "../../host/platform/index.ts";
import { JobThreads } from "../../host/platform/threads/index.ts";

const MANY = 1_000_000;
const DRAIN_MAX_NS = 1e9;
const LOOK_EVERY_MS = 20;
const ARM_LOOKS = 600;

/** A whole host, armed, at the stub's addresses, and the directory that goes with it. */
export interface MeasuredHost {
  readonly host: RunningHost;
  stop(): Promise<void>;
}

/** Every plugin of the default configuration but the market maker, whose orders would come between; the momentum agent orders at each quote. */
export function orderAtEachQuote(base: Configuration): Configuration {
  const { risk } = base;
  const momentum = {
    plugin: "momentum",
    share: 1,
    parameters: {
      publishStep: 0,
      entryScore: 0,
      exitScore: 0,
      quantity: 10_000,
      positionMax: 50_000_000,
      cooldownSeconds: 0,
    },
  };
  return {
    ...base,
    venues: base.venues.map((venue) => ({
      ...venue,
      messageRate: { messagesMax: MANY, windowSeconds: 1, cancelReserve: 1000 },
    })),
    agents: [momentum],
    risk: {
      ...risk,
      orderRate: { ordersMax: MANY, windowSeconds: 1 },
      rules: risk.rules.map((rule) =>
        rule.plugin === "order-rate"
          ? { ...rule, parameters: { windowSeconds: 1, ordersMax: MANY, agentOrdersMax: MANY } }
          : rule,
      ),
    },
  };
}

/** Starts it as `sandpit run` would: real sockets, real files. */
export async function startMeasuredHost(
  port: number,
  durability: Durability,
  isSmall: boolean,
): Promise<MeasuredHost> {
  const directory = mkdtempSync(join(tmpdir(), "sandpit-loopback-"));
  const access = {
    streamUrl: `ws://127.0.0.1:${port}`,
    wsApiUrl: `ws://127.0.0.1:${port}/ws-api/v3`,
    restUrl: `http://127.0.0.1:${port}`,
    key: SIMULATED_ACCESS.key,
  };
  const base = defaultConfiguration(access, join(directory, "records"));
  const configuration = orderAtEachQuote({ ...base, journal: { ...base.journal, durability } });
  const modules = await pluginModules(configuration);
  if (!isSmall) await warmUp(configuration, judgedModules(configuration, modules));
  const signer = new KeySigner(SIMULATED_API_KEY, simulatedKeys().privateKeyPem);
  const ports = {
    disk: new NodeDisk(),
    clock: new SystemClock(),
    stopwatch: new SystemClock(),
    timers: new SystemTimers(),
    random: new SystemRandom(),
    wire: new SocketWire(),
    http: new LoopbackHttp(),
    api: new SocketApi(),
    jobs: new JobThreads(),
  };
  const host = await startHost(configuration, ports, {
    modules,
    signers: new Map(configuration.venues.map(({ name }) => [name, signer])),
    onNotice: (level, text) => {
      if (level === "error") process.stderr.write(`${text}\n`);
    },
  });
  for (let looks = 0; host.armRefusal !== null && looks < ARM_LOOKS; looks++) await setTimeout(LOOK_EVERY_MS);
  host.arm("bench", "a measurement against a stub: nothing can be lost");
  return {
    host,
    stop: async () => {
      await host.stop(DRAIN_MAX_NS);
      rmSync(directory, { recursive: true });
    },
  };
}
