import type { Configuration } from "../../../host/control/configuration-shape.ts";
import { inlineChecker } from "../../../host/control/position-check/index.ts";
import type { RunningHost, SessionEnd } from "../../../host/main.ts";
import { startHost } from "../../../host/main.ts";
import type { ApiListener, HttpListener } from "../../../host/platform/http/index.ts";
import type { Random, VirtualClock, Wire } from "../../../host/platform/index.ts";
import { SeededRandom, VirtualTimers } from "../../../host/platform/index.ts";
import type { Jobs } from "../../../host/platform/threads/index.ts";
import type { SimDisk } from "../../support/sim-disk.ts";
import type { ChaosWire, ChaosWirePlace } from "./chaos-wire.ts";
import type { ChaosVenue } from "./chaos-venue.ts";
import { HostClock } from "./host-clock.ts";
import { signersOf } from "./world-signers.ts";

/** How long an orderly end waits for its cancels. */
const DRAIN_MAX_NS = 5e9;

const pages: HttpListener = { listen: () => Promise.resolve({ port: 1, close: () => Promise.resolve() }) };
const api: ApiListener = { listen: () => Promise.resolve({ port: 2, close: () => Promise.resolve() }) };
const noJobs: Jobs = {
  run: () => Promise.reject(new Error("a world admits no module: its swaps bring loaded ones")),
  prepare: () => undefined,
};

export interface LifeParts {
  readonly number: number;
  readonly seed: number;
  readonly configuration: Configuration;
  readonly modules: ReadonlyMap<string, Uint8Array>;
  readonly privateKeyPem: string;
  readonly disk: SimDisk;
  readonly clock: VirtualClock;
  readonly venues: readonly ChaosVenue[];
  readonly onSent: ChaosWirePlace["onSent"];
  readonly onNotice: (level: "info" | "warn" | "error", text: string) => void;
}

/** One start of the host, from its birth to its death or orderly end, with the ports that are its own. */
export class HostLife {
  readonly number: number;
  readonly clock: HostClock;
  readonly timers: VirtualTimers;
  readonly wires: readonly ChaosWire[];
  /** Stands still until then, world time. */
  pausedUntilNs = 0;
  /** Set once the orderly end is over. */
  end: SessionEnd | null = null;
  isEnding = false;
  private started: RunningHost | null = null;

  private constructor(parts: LifeParts) {
    const { number, clock, venues, onSent } = parts;
    this.number = number;
    this.clock = new HostClock(clock);
    this.timers = new VirtualTimers(clock);
    this.wires = venues.map((venue, venueIndex) =>
      venue.openWire({ venueIndex, life: number, clock, onSent }),
    );
  }

  /** Rejects as the host's own start does. */
  static async begin(parts: LifeParts): Promise<HostLife> {
    const life = new HostLife(parts);
    const random: Random = new SeededRandom(parts.seed);
    const ports = {
      disk: parts.disk,
      clock: life.clock,
      stopwatch: life.clock,
      timers: life.timers,
      random,
      wire: life.router(),
      http: pages,
      api,
      jobs: noJobs,
      startChecker: inlineChecker(parts.disk),
    };
    life.started = await startHost(parts.configuration, ports, {
      modules: parts.modules,
      signers: signersOf(parts.configuration, parts.privateKeyPem, life.clock),
      onNotice: parts.onNotice,
    });
    return life;
  }

  get host(): RunningHost {
    if (this.started === null) throw new Error("the host has not started");
    return this.started;
  }

  /** The orderly end; the world has to go on for it to come. */
  stop(onEnd: (end: SessionEnd) => void, onError: (error: unknown) => void): void {
    this.isEnding = true;
    void this.host.stop(DRAIN_MAX_NS).then((end) => {
      this.end = end;
      onEnd(end);
    }, onError);
  }

  /** When something reaches the host next. */
  get nextNs(): number {
    let nextNs = this.timers.nextNs;
    for (const wire of this.wires) if (wire.nextNs < nextNs) nextNs = wire.nextNs;
    return Math.max(nextNs, this.pausedUntilNs);
  }

  /** Hands over what is due. What the disk does to the host comes out as an exception. */
  run(nowNs: number): void {
    if (nowNs < this.pausedUntilNs) return;
    for (const wire of this.wires) wire.deliver(nowNs);
    this.timers.advance(nowNs);
  }

  /** One port for all venues, which tells them apart by the host in the address. */
  private router(): Wire {
    const wireOf = (url: string): ChaosWire => {
      const wire = this.wires[Number(new URL(url).hostname.split("-")[1])];
      if (wire === undefined) throw new Error(`nothing is at ${url}`);
      return wire;
    };
    return {
      connect: (url, listener) => wireOf(url).connect(url, listener),
      get: (url, onAnswer, onError) => wireOf(url).get(url, onAnswer, onError),
      request: (call, onAnswer, onError) => wireOf(call.url).request(call, onAnswer, onError),
    };
  }
}
