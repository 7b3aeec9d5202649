import type { PluginKind } from "../../../abi/host/index.ts";
import type { AdmissionReport, LoadedPlugin, VerifiedModule } from "../../engine/index.ts";
import { EngineError, keepSourceMap, ShadowRole } from "../../engine/index.ts";
import { PluginAction as Action } from "../../lane/index.ts";
import type { Clock, Timers } from "../../platform/index.ts";
import type {
  DeployRequest,
  ParametersRequest,
  PluginEvent,
  PluginOperations,
  PluginOutcome,
  SlotRequest,
  WaitingModule,
} from "../api/plugin-operations.ts";
import type { CandidateSource } from "../plugin-input.ts";
import type { SessionView } from "../session-view.ts";
import type { Refused } from "./desk-refusal.ts";
import { attempted, ENDING, inTheWay, notAdmitted, refusalOf, refused, wrongKind } from "./desk-refusal.ts";
import { DeskTimers } from "./desk-timers.ts";
import { SlotKeeper } from "./slot-keeper.ts";
import type { Candidate } from "./slot-place.ts";
import { SlotPlace } from "./slot-place.ts";

const NS_PER_SECOND = 1e9;
const PROBATION_NS: number = 60 * NS_PER_SECOND;

export interface PluginDeskParts {
  readonly view: SessionView;
  readonly timers: Timers;
  readonly clock: Clock;
  /** Takes a module through all of admission, away from this thread. */
  readonly admit: (bytes: Uint8Array, name: string) => Promise<AdmissionReport>;
  /**
   * A module has proved itself, or has nothing to go back to: from now on no older version of it is admitted. Not at its promotion: a version
   * that was rolled back must not keep out the one before. Throws EngineError where that cannot be written down.
   */
  readonly onEstablished: (module: VerifiedModule) => void;
  /** Settles after events that wait have had their turn: what need not be done in one go is done in several. At once unless given. */
  readonly turn?: () => Promise<void>;
  /** How long the one before stays ready after a promotion; 60 s unless given. */
  readonly probationNs?: number;
}

/**
 * Swaps plugins of a running session: admits modules, makes candidates of them, and gives the session the changes as inputs between two events. What
 * the lane does by itself, as when a predecessor takes over, it sees at its next look, or before the next operation, and tells.
 *
 * ```
 *           deploy            shadow           promote            60 s
 *  live ───────────▶ candidate ─────▶ shadow ─────────▶ probation ─────▶ live
 *   ▲ ▲                  │ │            │                   │
 *   │ └─ drop, rollback ───┴─┼──────────┴──── rollback ──────┘
 *   │◀───── promote ───────┘ without a shadow, and so without a way back
 *   └─ release, or by itself ── quarantined ◀── quarantine, or a fault
 * ```
 */
export class PluginDesk implements PluginOperations {
  private readonly parts: PluginDeskParts;
  private readonly timers: DeskTimers;
  private readonly turn: () => Promise<void>;
  private readonly places: ReadonlyMap<string, SlotPlace>;
  private readonly keeper: SlotKeeper;
  private readonly listeners = new Set<(event: PluginEvent) => void>();
  private isEnded = false;

  constructor(parts: PluginDeskParts) {
    this.parts = parts;
    this.timers = new DeskTimers(parts.timers);
    this.turn = parts.turn ?? (() => Promise.resolve());
    const { slots, sources } = parts.view.built;
    this.places = new Map(
      slots.flatMap((slot) => {
        const source = sources.get(slot.name);
        return source === undefined ? [] : [[slot.name, new SlotPlace(slot, source)] as const];
      }),
    );
    this.keeper = new SlotKeeper(
      {
        session: parts.view.session,
        pool: parts.view.built.pool,
        timers: this.timers,
        clock: parts.clock,
        probationNs: parts.probationNs ?? PROBATION_NS,
        onEstablished: parts.onEstablished,
        turn: this.turn,
        resume: (slot) => parts.view.placed?.resume(slot) === true,
        tell: (event) => this.tell(event),
      },
      [...this.places.values()],
    );
  }

  /** Looks at the slots from now on. */
  start(): void {
    this.keeper.watch.start();
  }

  /** No more changes; what runs beside stays where it is until the session ends. */
  end(): void {
    this.isEnded = true;
    this.timers.end();
  }

  kindOf(slot: string): PluginKind | null {
    return this.places.get(slot)?.slot.kind ?? null;
  }

  waitingOf(slot: string): WaitingModule | null {
    const place = this.places.get(slot);
    const candidate = place?.candidate ?? null;
    if (candidate === null || place?.slot.shadow?.role === ShadowRole.CANDIDATE) return null;
    const { manifest, verifiedSha256: sha256, trust } = candidate.source.module;
    return { plugin: manifest.name, version: manifest.version, sha256, trust: trust.state };
  }

  onEvent(listener: (event: PluginEvent) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  async deploy(request: DeployRequest): Promise<PluginOutcome> {
    const place = this.placeFor(request);
    if ("refusal" in place) return place;
    const isFree = place.stage === "live" || place.stage === "quarantined";
    if (!isFree || place.candidate !== null) return inTheWay(place);
    if (request.kind !== place.slot.kind) return wrongKind(place);
    place.isBusy = true;
    try {
      if (request.sourceMap !== undefined) keepSourceMap(request.sourceMap);
      const report = await this.parts.admit(request.module, place.source.module.manifest.name);
      if (this.isEnded) return ENDING;
      this.keeper.watch.look(place);
      return this.told(place, "deployed", request, () => this.admitted(place, request, report));
    } catch (error) {
      // A keyring that cannot be read admits nobody.
      if (error instanceof EngineError) return notAdmitted(error.code, error.message);
      throw error;
    } finally {
      place.isBusy = false;
    }
  }

  private admitted(place: SlotPlace, request: DeployRequest, report: AdmissionReport): PluginOutcome {
    const { module, verified, refusal } = report;
    if (module === null || verified === null)
      return notAdmitted(refusal?.code ?? "", refusal?.text ?? "no reason known");
    if (module.manifest.kind !== place.slot.kind) return wrongKind(place);
    const source = { module, parameters: place.parametersFor(module, request.parameters) };
    const { isFresh = false } = request;
    if (place.stage === "live" && place.holds(source) && !isFresh) return changed(place, source, false);
    // Here, so that a wrong parameter is refused now, and no change has to wait for an instance.
    const instance = module.instantiate(this.parts.view.built.pool, source.parameters);
    place.candidate = { source, verified, isFresh, instance };
    return changed(place, source);
  }

  shadow(request: SlotRequest): Promise<PluginOutcome> {
    return this.readied(request, "shadowed", (place) => {
      const { candidate } = place;
      if (candidate === null || place.stage !== "candidate") return inTheWay(place);
      const { isFresh, source } = candidate;
      this.keeper.change(place, Action.SHADOW, { ...request, isFresh }, source, place.takeInstance());
      place.isShadowFaultSeen = false;
      return changed(place, candidate.source);
    });
  }

  async promote(request: SlotRequest): Promise<PluginOutcome> {
    const place = this.placeFor(request);
    if ("refusal" in place) return place;
    if (isShadowed(place)) return this.promoteShadowed(place, request);
    return this.readied(request, "promoted", () => {
      const { candidate } = place;
      if (candidate === null || isShadowed(place)) return inTheWay(place);
      this.keeper.replace(place, { ...request, isFresh: candidate.isFresh }, candidate.source);
      return this.promoted(place, candidate);
    });
  }

  /** Everything that can be done before is done in a turn of its own: what is left is the switch between two events. */
  private async promoteShadowed(place: SlotPlace, request: SlotRequest): Promise<PluginOutcome> {
    const { candidate } = place;
    const promote = this.keeper.promotion(place, request);
    place.isBusy = true;
    try {
      await this.turn();
      if (this.isEnded) return ENDING;
      return await this.concluded(place, "promoted", request, () => {
        if (candidate === null || place.candidate !== candidate || !isShadowed(place)) return inTheWay(place);
        promote();
        return this.promoted(place, candidate);
      });
    } finally {
      place.isBusy = false;
    }
  }

  private promoted(place: SlotPlace, { source, verified }: Candidate): PluginOutcome {
    place.unproven = verified;
    this.keeper.promoted(place, source);
    return changed(place, source);
  }

  rollback(request: SlotRequest): Promise<PluginOutcome> {
    return this.settled(request, "rolled-back", (place) => {
      if (place.stage === "probation") {
        this.keeper.change(place, Action.ROLL_BACK, request);
        place.backToPrevious();
      } else {
        if (place.candidate === null && place.slot.shadow === null) return inTheWay(place);
        if (place.slot.shadow !== null) this.keeper.change(place, Action.SETTLE, request);
        place.clearCandidate();
      }
      this.keeper.watch.forget(place);
      return changed(place, place.source);
    });
  }

  drop(request: SlotRequest): Promise<PluginOutcome> {
    return this.settled(request, "dropped", (place) => {
      const isBeside = isShadowed(place);
      if (place.candidate === null && !isBeside) return inTheWay(place);
      if (isBeside) this.keeper.change(place, Action.SETTLE, request);
      place.clearCandidate();
      this.keeper.watch.forget(place);
      return changed(place, place.source);
    });
  }

  /** A stop does not wait for a module that is being admitted: that one will find the slot empty. */
  quarantine(request: SlotRequest): Promise<PluginOutcome> {
    const isStop = true;
    return this.settled(
      request,
      "quarantined",
      (place) => {
        if (place.stage === "quarantined" && place.isQuarantined) return changed(place, place.source, false);
        if (place.slot.state === "running") this.keeper.change(place, Action.QUARANTINE, request);
        else if (place.slot.shadow !== null) this.keeper.change(place, Action.SETTLE, request);
        place.isQuarantined = true;
        place.clearCandidate();
        place.previous = null;
        this.keeper.watch.forget(place);
        return changed(place, place.source);
      },
      isStop,
    );
  }

  release(request: SlotRequest): Promise<PluginOutcome> {
    return this.settled(request, "released", (place) => {
      if (place.stage !== "quarantined")
        return refused(
          "SANDPIT_PLUGIN_STATE",
          `${request.slot} is ${place.stage}`,
          "only what is stopped can be released",
        );
      this.keeper.replace(place, request, place.source);
      this.keeper.establish(place);
      place.isQuarantined = false;
      place.restarts.reset();
      this.keeper.watch.forget(place);
      return changed(place, place.source);
    });
  }

  /** As a swap to the same module: revertible by `rollback` while the probation lasts. A plugin that works with its parameters beforehand is handed its state as another version would be; see `parametersAtUse` of its manifest. */
  async setParameters(request: ParametersRequest): Promise<PluginOutcome> {
    const place = this.placeFor(request);
    if ("refusal" in place) return place;
    const { module } = place.source;
    place.isBusy = true;
    let made: LoadedPlugin | null = null;
    try {
      const source = { module, parameters: { ...place.parameters, ...request.parameters } };
      if (place.stage !== "live") return inTheWay(place);
      if (place.holds(source)) return changed(place, source, false);
      made = module.instantiate(this.parts.view.built.pool, source.parameters);
      await this.turn();
      await this.parts.view.placed?.prepare(place.slot, { action: Action.SHADOW, isFresh: false }, made);
      return await this.concluded(place, "parameters-set", request, () => {
        const instance = made;
        if (this.isEnded) return ENDING;
        if (place.stage !== "live" || place.source.module !== module) return inTheWay(place);
        made = null;
        this.keeper.change(place, Action.SHADOW, request, source, instance);
        this.keeper.change(place, Action.PROMOTE, request);
        this.keeper.promoted(place, source);
        return changed(place, source);
      });
    } catch (error) {
      return refusalOf(error);
    } finally {
      this.parts.view.placed?.giveUp(place.slot);
      made?.dispose();
      place.isBusy = false;
    }
  }

  /** As `settled`; on a thread of its own the candidate is made ready first, while records go on. */
  private async readied(
    request: SlotRequest,
    event: string,
    operate: (place: SlotPlace) => PluginOutcome,
  ): Promise<PluginOutcome> {
    const place = this.placeFor(request);
    if ("refusal" in place) return place;
    const { candidate, slot } = place;
    const { placed, built } = this.parts.view;
    if (placed === undefined || !slot.isPlaced || candidate === null || place.stage !== "candidate")
      return this.concluded(place, event, request, () => operate(place));
    place.isBusy = true;
    try {
      const { isFresh, source } = candidate;
      candidate.instance ??= source.module.instantiate(built.pool, source.parameters);
      const action = event === "shadowed" ? Action.SHADOW : Action.REPLACE;
      await placed.prepare(slot, { action, isFresh }, candidate.instance);
      if (this.isEnded) return ENDING;
      return await this.concluded(place, event, request, () =>
        place.candidate === candidate ? operate(place) : inTheWay(place),
      );
    } catch (error) {
      return refusalOf(error);
    } finally {
      placed.giveUp(slot);
      place.isBusy = false;
    }
  }

  private async settled(
    request: SlotRequest,
    event: string,
    operate: (place: SlotPlace) => PluginOutcome,
    isStop = false,
  ): Promise<PluginOutcome> {
    const place = this.placeFor(request, isStop);
    if ("refusal" in place) return place;
    return this.concluded(place, event, request, () => operate(place));
  }

  /** Changes, and answers once the change is durable. */
  private async concluded(
    place: SlotPlace,
    event: string,
    request: SlotRequest,
    operate: () => PluginOutcome,
  ): Promise<PluginOutcome> {
    const outcome = this.told(place, event, request, operate);
    if ("change" in outcome && outcome.change.isChanged) await this.keeper.commit();
    return outcome;
  }

  private told(
    place: SlotPlace,
    event: string,
    { actor, reason }: SlotRequest,
    operate: () => PluginOutcome,
  ): PluginOutcome {
    const outcome = attempted(operate);
    if ("change" in outcome && outcome.change.isChanged) {
      const { plugin, version, stage } = outcome.change;
      this.tellOf(place, event, `${plugin} ${version}, now ${stage}, by ${actor.name}: ${reason}`);
    }
    return outcome;
  }

  private placeFor({ slot }: SlotRequest, isStop = false): SlotPlace | Refused {
    if (this.isEnded) return ENDING;
    const place = this.places.get(slot);
    if (place === undefined) {
      const names = [...this.places.keys()].join(", ");
      return refused("SANDPIT_PLUGIN_UNKNOWN", `there is no slot ${slot}`, `name one of ${names}`);
    }
    if (place.isBusy && !isStop)
      return refused(
        "SANDPIT_PLUGIN_BUSY",
        `another change of ${slot} is under way`,
        "wait for its end, then look again",
      );
    this.keeper.watch.look(place);
    return place;
  }

  private tellOf(place: SlotPlace, event: string, text: string): void {
    this.tell({ slot: place.slot.name, event, text });
  }

  private tell(event: PluginEvent): void {
    for (const listener of this.listeners) listener(event);
  }
}

function isShadowed({ slot }: SlotPlace): boolean {
  return slot.shadow?.role === ShadowRole.CANDIDATE;
}

function changed({ slot, stage }: SlotPlace, { module }: CandidateSource, isChanged = true): PluginOutcome {
  const { name: plugin, version } = module.manifest;
  return { change: { slot: slot.name, stage, plugin, version, sha256: module.verifiedSha256, isChanged } };
}
