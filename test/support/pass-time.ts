import type { VirtualClock, VirtualTimers } from "../../host/platform/index.ts";

const SECOND_NS = 1e9;

/** A venue, the wire to it and a host's timers, all by one virtual clock. */
export interface VirtualParts {
  readonly venue: { readonly nextNs: number; advance(nowNs: number): void };
  readonly wire: { readonly nextNs: number; deliver(nowNs: number): void };
  readonly timers: VirtualTimers;
  readonly clock: VirtualClock;
}

/** Lets time pass, at the venue, on the wire, and at the host: whatever is due first comes first. */
export function passTime({ venue, wire, timers, clock }: VirtualParts, seconds: number): void {
  const endNs = clock.nowNs + seconds * SECOND_NS;
  for (;;) {
    const nextNs = Math.min(venue.nextNs, wire.nextNs, timers.nextNs);
    if (nextNs > endNs) break;
    const atNs = Math.max(nextNs, clock.nowNs);
    clock.set(atNs);
    venue.advance(atNs);
    wire.deliver(atNs);
    timers.advance(atNs);
  }
  clock.set(endNs);
}
