import type { LoadedPlugin, MemoryPool, PluginSlot, VerifiedModule } from "../../engine/index.ts";
import { EngineError } from "../../engine/index.ts";
import type { PluginAction } from "../../lane/index.ts";
import { PluginAction as Action } from "../../lane/index.ts";
import type { Clock, Timers } from "../../platform/index.ts";
import type { PluginEvent, SlotRequest } from "../api/plugin-operations.ts";
import { writePluginInput } from "../plugin-input.ts";
import type { CandidateSource } from "../plugin-input.ts";
import type { TradingSession } from "../trading-session.ts";
import { refusalOf } from "./desk-refusal.ts";
import type { SlotPlace } from "./slot-place.ts";
import { SlotWatch } from "./slot-watch.ts";

export interface KeeperParts {
  readonly session: TradingSession;
  readonly pool: MemoryPool;
  readonly timers: Timers;
  readonly clock: Clock;
  readonly probationNs: number;
  /** Lets a plugin on a thread of its own go on with what it knew; false where it has to begin afresh. */
  readonly resume: (slot: PluginSlot) => boolean;
  readonly onEstablished: (module: VerifiedModule) => void;
  /** Settles after events that wait have had their turn. */
  readonly turn: () => Promise<void>;
  readonly tell: (event: PluginEvent) => void;
}

/** Who asks for a change and why, and whether a candidate is to begin with nothing. */
export interface ChangeRequest extends SlotRequest {
  readonly isFresh?: boolean;
}
/** Of memories that were given back, zeroed at each look at the slots: some 20 µs, and a codec's memory in a second. */
const CLEANED_BYTES = 262_144;

/** Under this name stands what the host does by itself. */
const KEEPER = { name: "sandpit", role: "operator" } as const;

/** Gives the session the changes of its slots, and makes those that time brings: the end of a probation, and the restart of what failed. */
export class SlotKeeper {
  readonly watch: SlotWatch;
  private readonly parts: KeeperParts;

  constructor(parts: KeeperParts, places: readonly SlotPlace[]) {
    this.parts = parts;
    const { timers, clock, tell } = parts;
    this.watch = new SlotWatch(places, {
      timers,
      clock,
      tell,
      clean: () => parts.pool.clean(CLEANED_BYTES),
      restart: (place) => this.restart(place),
    });
  }

  /** Throws PluginChangeError or EngineError where the lane refuses it. */
  change(
    place: SlotPlace,
    action: PluginAction,
    { actor, reason, isFresh = false }: ChangeRequest,
    source: CandidateSource | null = null,
    made: LoadedPlugin | null = null,
  ): void {
    const change = { action, slot: place.slot.name, isFresh, person: actor.name, reason };
    this.parts.session.changePlugin(change, source, made);
  }

  /** A promotion with its journal record, to be carried out in a later turn: writing the record takes as long as the change itself. */
  promotion(place: SlotPlace, { actor, reason }: SlotRequest): () => void {
    const { name: slot } = place.slot;
    const change = { action: Action.PROMOTE, slot, isFresh: false, person: actor.name, reason };
    const record = writePluginInput(change, null);
    return () => {
      this.parts.session.changePlugin(change, null, null, record);
    };
  }

  /** Makes the changes so far durable, in a turn of its own: a write may be held up for milliseconds by what else is written. */
  async commit(): Promise<void> {
    await this.parts.turn();
    this.parts.session.commit();
  }

  /** A fresh instance in place of what is there. Whatever ran beside it was beside the one before. */
  replace(place: SlotPlace, request: ChangeRequest, source: CandidateSource): void {
    if (place.slot.shadow !== null) this.change(place, Action.SETTLE, request);
    const made = source === place.candidate?.source ? place.takeInstance() : null;
    this.change(place, Action.REPLACE, request, source, made);
  }

  /** What was promoted is on probation; one that has nothing to go back to is established at once. */
  promoted(place: SlotPlace, source: CandidateSource): void {
    place.previous = place.source;
    place.source = source;
    place.clearCandidate();
    if (place.stage !== "probation") this.establish(place);
    place.isQuarantined = false;
    place.restarts.reset();
    place.probation += 1;
    this.watch.forget(place);
    const { probation } = place;
    this.parts.timers.after(this.parts.probationNs, () => {
      this.watch.look(place);
      if (place.probation === probation && place.stage === "probation") this.endProbation(place);
    });
  }

  /** From now on the version floor may know it. */
  establish(place: SlotPlace): void {
    const { unproven } = place;
    place.unproven = null;
    if (unproven === null) return;
    try {
      this.parts.onEstablished(unproven);
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
      this.tellOf(place, "floor-failed", `an older version could be deployed again: ${error.message}`);
    }
  }

  private endProbation(place: SlotPlace): void {
    const { name, version } = place.source.module.manifest;
    const reason = `${name} ${version} has passed its probation`;
    this.byItself(place, "settled", reason, (request) => {
      this.change(place, Action.SETTLE, request);
      place.previous = null;
      this.establish(place);
    });
  }

  /** A plugin that failed begins again by itself. */
  private restart(place: SlotPlace): void {
    if (place.isQuarantined || place.slot.state !== "faulted") return;
    const reason = `begins again after: ${place.slot.lastFault?.reason ?? "a fault"}`;
    this.byItself(place, "restarted", reason, (request) => {
      // Until it has gone well it counts as another failure, which is seen at the next look.
      place.isFaultSeen = false;
      if (!this.parts.resume(place.slot)) this.replace(place, request, place.source);
      this.watch.forget(place);
    });
  }

  /** A change that nobody asked for. That it is refused is told, not thrown: it is a timer that calls. */
  private byItself(
    place: SlotPlace,
    event: string,
    reason: string,
    operate: (request: SlotRequest) => void,
  ): void {
    try {
      operate({ actor: KEEPER, slot: place.slot.name, reason });
      void this.commit();
      this.tellOf(place, event, reason);
    } catch (error) {
      const { code, text } = refusalOf(error).refusal;
      this.tellOf(place, `not-${event}`, `${code}: ${text}`);
    }
  }

  private tellOf(place: SlotPlace, event: string, text: string): void {
    this.parts.tell({ slot: place.slot.name, event, text });
  }
}
