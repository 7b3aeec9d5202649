import type { PluginEvent } from "../../../../host/control/api/index.ts";
import { PluginDesk } from "../../../../host/control/plugins/index.ts";
import { TradingSession } from "../../../../host/control/trading-session.ts";
import { FeatureVector } from "../../../../abi/host/index.ts";
import { admit } from "../../../../host/engine/index.ts";
import { JobThreads } from "../../../../host/platform/threads/index.ts";
import { SECOND_NS } from "../../../support/lane-under-test.ts";
import { turn } from "../../../support/local-threads.ts";
import { PlacedLane } from "../../../support/placed-lane.ts";
import { order } from "../../../support/puppet-plugins.ts";
import { SimDisk } from "../../../support/sim-disk.ts";
import { TakingGateway } from "../../../support/taking-gateway.ts";

const TRUST = {
  environment: "development",
  account: null,
  instruments: null,
  nowMs: 1_795_334_400_000,
  keyring: null,
  floorDirectory: null,
} as const;

/** A desk over a session with the agent `one` on a thread that the test pumps. */
export class PlacedDesk {
  readonly under: PlacedLane;
  readonly desk: PluginDesk;
  readonly session: TradingSession;
  readonly events: PluginEvent[] = [];

  constructor(modules: ReadonlyMap<string, Uint8Array>, names: readonly string[] = ["one"]) {
    this.under = new PlacedLane(modules, names);
    const { built, journal, clock, timers, placed } = this.under;
    this.session = new TradingSession({
      built,
      clock,
      stopwatch: clock,
      timers,
      onNotice: () => undefined,
      placed,
    });
    const view = { built, session: this.session, journal, placed };
    const jobs = new JobThreads();
    this.desk = new PluginDesk({
      view,
      timers,
      clock,
      admit: (bytes, name) => admit({ bytes, name, trust: TRUST }, { jobs, clock, disk: new SimDisk() }),
      onEstablished: () => undefined,
    });
    this.desk.onEvent((event) => this.events.push(event));
    this.desk.start();
    placed.start(built, this.session);
    this.session.start([new TakingGateway()]);
  }

  /** Lets time pass in steps of the watch, with the threads at work. */
  async pass(seconds: number): Promise<void> {
    const { clock, timers, threads } = this.under;
    const end = clock.nowNs + seconds * SECOND_NS;
    while (clock.nowNs < end) {
      threads.pump();
      timers.advance(Math.min(end, clock.nowNs + 50e6));
      await turn();
    }
  }

  /** Has the agent do something on its next vector. */
  async deed(deed: number): Promise<void> {
    order(this.under.threads.slot("one"), { deed, template: FeatureVector.templateId });
    this.quote();
    await this.pass(0.2);
  }

  /** What comes of a request, with the threads at work until it has come. */
  async asked<T>(request: Promise<T>): Promise<T> {
    const over = { count: 0 };
    const end = (): void => {
      over.count += 1;
    };
    request.then(end, end);
    for (let round = 0; round < 1_000 && over.count === 0; round++) {
      this.under.threads.pump();
      this.session.takePlaced();
      await turn();
    }
    if (over.count === 0) throw new Error("no thread has answered");
    return request;
  }

  /** Has the threads work, the lane take it, and the host look. */
  look(): void {
    for (let round = 0; round < 4; round++) {
      this.under.threads.pump();
      this.session.takePlaced();
    }
    this.under.placed.look();
  }

  quote(): void {
    this.under.at(this.under.clock.nowNs);
    this.under.quote();
  }

  told(): string[] {
    return this.events.splice(0).map(({ slot, event }) => `${slot} ${event}`);
  }

  state(): string {
    const { state, generation } = this.under.slot("one");
    return `${state} ${generation}`;
  }
}
