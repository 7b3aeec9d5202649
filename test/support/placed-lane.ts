import type { PluginChannel } from "../../host/engine/index.ts";
import type { LaneConfiguration, ThreadPlacement } from "../../host/lane/index.ts";
import { PlacedPlugins } from "../../host/control/placement/index.ts";
import { VirtualClock, VirtualTimers } from "../../host/platform/index.ts";
import type { SeenEffect } from "./lane-under-test.ts";
import { LaneUnderTest, puppetConfiguration } from "./lane-under-test.ts";
import { LocalThreads } from "./local-threads.ts";

export const onThread: ThreadPlacement = {
  on: "thread",
  overflow: "conflate",
  deadlineNs: 10e6,
  ringBytes: 65_536,
  decisionAgeMaxNs: 1e9,
};

/** The puppet lane with some of its plugins on threads. */
export function placedConfiguration(names: readonly string[]): LaneConfiguration {
  const base = puppetConfiguration();
  const place = <P extends { readonly name: string }>(plugin: P): P =>
    names.includes(plugin.name) ? { ...plugin, placement: onThread } : plugin;
  return {
    ...base,
    features: base.features.map(place),
    agents: base.agents.map(place),
    ensemble: place(base.ensemble),
  };
}

/** A lane with plugins on threads that the test pumps: what they write reaches the lane when the test says so. */
export class PlacedLane extends LaneUnderTest {
  readonly clock: VirtualClock;
  readonly timers: VirtualTimers;
  readonly threads: LocalThreads;
  readonly placed: PlacedPlugins;

  constructor(modules: ReadonlyMap<string, Uint8Array>, names: readonly string[]) {
    const clock = new VirtualClock(1_795_334_400_000);
    const timers = new VirtualTimers(clock);
    const threads = new LocalThreads();
    const parts = { instrumentCount: 2, timers, clock, start: threads.start };
    const placed = new PlacedPlugins(parts);
    super(modules, placedConfiguration(names), placed);
    this.clock = clock;
    this.timers = timers;
    this.threads = threads;
    this.placed = placed;
    this.makeReady();
    this.settle();
  }

  channel(name: string): PluginChannel {
    const channel = this.placed.channelOf(name);
    if (channel === undefined) throw new Error(`${name} is not placed on a thread`);
    return channel;
  }

  /** Pumps every thread and gives the lane what they have written, until there is nothing more. What the lane wanted to do. */
  settle(): SeenEffect[] {
    const seen: SeenEffect[] = [];
    for (let taken = 1; taken > 0;) {
      taken = this.threads.pump();
      for (const slot of this.built.slots) taken += this.take(slot.name, seen);
    }
    return seen;
  }

  private take(name: string, seen: SeenEffect[]): number {
    const channel = this.placed.channelOf(name);
    let taken = 0;
    while (channel?.next() === true) {
      this.lane.onPlaced(this.indexOf(name), channel.entry, 0, channel.entryBytes);
      seen.push(...this.effects());
      taken += 1;
    }
    return taken;
  }

  indexOf(name: string): number {
    return this.built.slots.findIndex((slot) => slot.name === name);
  }
}
