import type { Clock, Timers } from "../../platform/index.ts";
import type { PluginEvent } from "../api/plugin-operations.ts";
import type { SlotPlace } from "./slot-place.ts";

/** How often the slots are looked at. What happens in them is in the journal at once; this is how soon people hear of it. */
const LOOK_NS = 100e6;

export interface WatchParts {
  readonly timers: Timers;
  readonly clock: Clock;
  readonly tell: (event: PluginEvent) => void;
  /** Called at each look: a slice of what can wait. */
  readonly clean: () => void;
  /** The plugin of a place is to begin again. */
  readonly restart: (place: SlotPlace) => void;
}

/** Sees what slots did by themselves: faults, failed shadows, predecessors that took over. */
export class SlotWatch {
  private readonly places: readonly SlotPlace[];
  private readonly parts: WatchParts;
  private readonly cells = new Float64Array(1);

  constructor(places: readonly SlotPlace[], parts: WatchParts) {
    this.places = places;
    this.parts = parts;
  }

  start(): void {
    this.parts.timers.after(LOOK_NS, () => {
      this.start();
      for (const place of this.places) this.look(place);
      this.parts.clean();
    });
  }

  /** Also before each operation: what it does must begin with what is there, and forgets what was seen. */
  look(place: SlotPlace): void {
    const { slot } = place;
    if (slot.rollbacks !== place.seenRollbacks) this.sawRollBack(place);
    if (slot.state === "faulted" && !place.isFaultSeen) this.sawFault(place);
    const beside = slot.shadow?.slot;
    if (beside?.state === "faulted" && !place.isShadowFaultSeen) {
      place.isShadowFaultSeen = true;
      this.tell(place, "shadow-failed", beside.lastFault?.reason ?? "no reason known");
    }
  }

  /** What is in the slot now is of a person's doing and no news. */
  forget(place: SlotPlace): void {
    place.seenRollbacks = place.slot.rollbacks;
    place.isFaultSeen = place.slot.state === "faulted";
    place.isShadowFaultSeen = false;
  }

  private sawRollBack(place: SlotPlace): void {
    const { slot } = place;
    place.seenRollbacks = slot.rollbacks;
    place.backToPrevious();
    this.tell(
      place,
      "rolled-back",
      `its predecessor took over: ${slot.rolledBackFault?.reason ?? "no reason known"}`,
    );
  }

  /** Rules and codecs wait for a person: what they judge and carry is money. */
  private sawFault(place: SlotPlace): void {
    const { slot } = place;
    place.isFaultSeen = true;
    this.tell(place, "failed", slot.lastFault?.reason ?? "no reason known");
    if (slot.kind === "risk" || slot.kind === "venue" || place.isQuarantined) return;
    this.parts.clock.stamp(this.cells, 0);
    const delayNs = place.restarts.delayNs(this.cells[0] ?? 0);
    if (delayNs === null) {
      place.isQuarantined = true;
      this.tell(place, "quarantined", "it failed too often: a person has to release it");
      return;
    }
    const { generation } = slot;
    this.parts.timers.after(delayNs, () => {
      // Another instance has another number: its failures have waits of their own.
      if (slot.generation === generation) this.parts.restart(place);
    });
  }

  private tell({ slot }: SlotPlace, event: string, text: string): void {
    this.parts.tell({ slot: slot.name, event, text });
  }
}
