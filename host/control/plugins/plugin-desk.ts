import type { PluginKind } from "../../../abi/host/index.ts";
import type { AdmissionReport, ParameterValues, VerifiedModule } from "../../engine/index.ts";
import { EngineError } from "../../engine/index.ts";
import type { PluginAction } from "../../lane/index.ts";
import { PluginAction as Action, PluginChangeError } from "../../lane/index.ts";
import type { Clock, Timers } from "../../platform/index.ts";
import type {
  DeployRequest,
  ParametersRequest,
  PluginEvent,
  PluginOperations,
  PluginOutcome,
  PluginRefusalCode,
  SlotRequest,
} from "../api/plugin-operations.ts";
import type { CandidateSource } from "../plugin-input.ts";
import type { SessionView } from "../session-view.ts";
import { SlotPlace } from "./slot-place.ts";
import { SlotWatch } from "./slot-watch.ts";

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
  /** How long the one before stays ready after a promotion; 60 s unless given. */
  readonly probationNs?: number;
}

/**
 * Swaps plugins of a running session: admits modules, makes candidates of them, and gives the session the changes as inputs between two events. What
 * the lane does by itself, as when a predecessor takes over, it sees at its next look and tells.
 *
 * ```
 *           deploy            shadow           promote            60 s
 *  live ───────────▶ candidate ─────▶ shadow ─────────▶ probation ─────▶ live
 *   ▲ ▲                  │              │                   │
 *   │ └──── rollback ────┴──────────────┴───────────────────┘
 *   └─ release ── quarantined ◀── quarantine, or a fault
 * ```
 */
export class PluginDesk implements PluginOperations {
  private readonly parts: PluginDeskParts;
  private readonly places: ReadonlyMap<string, SlotPlace>;
  private readonly watch: SlotWatch;
  private readonly listeners = new Set<(event: PluginEvent) => void>();
  private isEnded = false;

  constructor(parts: PluginDeskParts) {
    this.parts = parts;
    const { slots, sources } = parts.view.built;
    this.places = new Map(
      slots.flatMap((slot) => {
        const source = sources.get(slot.name);
        return source === undefined ? [] : [[slot.name, new SlotPlace(slot, source)] as const];
      }),
    );
    this.watch = new SlotWatch([...this.places.values()], {
      timers: parts.timers,
      clock: parts.clock,
      tell: (event) => this.tell(event),
      restart: (place) => this.restart(place),
    });
  }

  /** Looks at the slots from now on. */
  start(): void {
    this.watch.start();
  }

  /** No more changes; what runs beside stays where it is until the session ends. */
  end(): void {
    this.isEnded = true;
    this.watch.stop();
  }

  kindOf(slot: string): PluginKind | null {
    return this.places.get(slot)?.slot.kind ?? null;
  }

  onEvent(listener: (event: PluginEvent) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  async deploy(request: DeployRequest): Promise<PluginOutcome> {
    const place = this.placeFor(request);
    if ("refusal" in place) return place;
    if (place.stage !== "live" && place.stage !== "quarantined") return this.inTheWay(place);
    if (request.kind !== place.slot.kind)
      return refused(
        "SANDPIT_PLUGIN_KIND",
        `${request.slot} takes ${place.slot.kind} plugins`,
        "name another slot",
      );
    place.isBusy = true;
    try {
      const report = await this.parts.admit(request.module, place.source.module.manifest.name);
      return this.isEnded ? ENDING : attempted(() => this.admitted(place, request, report));
    } finally {
      place.isBusy = false;
    }
  }

  private admitted(place: SlotPlace, request: DeployRequest, report: AdmissionReport): PluginOutcome {
    const { module, verified, refusal } = report;
    if (module === null || verified === null)
      return notAdmitted(refusal?.code ?? "", refusal?.text ?? "no reason known");
    const source = { module, parameters: mergedParameters(place, module, request.parameters) };
    if (place.stage === "live" && isSameSource(place, source)) return changed(place, source, false);
    // Tried here, so that a wrong parameter is refused now and not when it is shown events.
    source.module.instantiate(this.parts.view.built.pool, source.parameters).dispose();
    place.candidate = source;
    place.verified = verified;
    const { name, version } = module.manifest;
    this.tellOf(place, "deployed", `${name} ${version} is admitted and waits beside`);
    return changed(place, source);
  }

  shadow(request: SlotRequest): Promise<PluginOutcome> {
    return this.settled(request, (place) => {
      const { candidate } = place;
      if (candidate === null || place.stage !== "candidate") return this.inTheWay(place);
      this.change(place, Action.SHADOW, request, candidate);
      place.isShadowFaultSeen = false;
      return changed(place, candidate);
    });
  }

  promote(request: SlotRequest): Promise<PluginOutcome> {
    return this.settled(request, (place) => {
      const { candidate, stage } = place;
      if (candidate === null || stage === "live" || stage === "probation") return this.inTheWay(place);
      if (stage === "shadow") this.change(place, Action.PROMOTE, request);
      else this.change(place, Action.REPLACE, request, candidate);
      this.afterPromotion(place, candidate);
      return changed(place, candidate);
    });
  }

  rollback(request: SlotRequest): Promise<PluginOutcome> {
    return this.settled(request, (place) => {
      if (place.stage === "probation") {
        this.change(place, Action.ROLL_BACK, request);
        place.source = place.previous ?? place.source;
        place.previous = null;
      } else {
        if (place.candidate === null) return this.inTheWay(place);
        if (place.slot.shadow !== null) this.change(place, Action.SETTLE, request);
        place.candidate = null;
      }
      this.watch.forget(place);
      return changed(place, place.source);
    });
  }

  quarantine(request: SlotRequest): Promise<PluginOutcome> {
    return this.settled(request, (place) => {
      if (place.stage === "quarantined" && place.isQuarantined) return changed(place, place.source, false);
      if (place.slot.state === "running") this.change(place, Action.QUARANTINE, request);
      place.isQuarantined = true;
      place.candidate = null;
      this.watch.forget(place);
      return changed(place, place.source);
    });
  }

  release(request: SlotRequest): Promise<PluginOutcome> {
    return this.settled(request, (place) => {
      if (place.stage !== "quarantined")
        return refused(
          "SANDPIT_PLUGIN_STATE",
          `${request.slot} is ${place.stage}`,
          "only what is stopped can be released",
        );
      this.change(place, Action.REPLACE, request, place.source);
      place.isQuarantined = false;
      place.restarts.reset();
      this.watch.forget(place);
      return changed(place, place.source);
    });
  }

  /** As a swap to the same module: revertible by `rollback` while the probation lasts. A plugin without `restore` begins afresh. */
  setParameters(request: ParametersRequest): Promise<PluginOutcome> {
    return this.settled(request, (place) => {
      if (place.stage !== "live") return this.inTheWay(place);
      const source = {
        module: place.source.module,
        parameters: { ...parametersOf(place), ...request.parameters },
      };
      if (isSameSource(place, source)) return changed(place, source, false);
      this.change(place, Action.SHADOW, request, source);
      this.change(place, Action.PROMOTE, request);
      this.afterPromotion(place, source);
      return changed(place, source);
    });
  }

  private afterPromotion(place: SlotPlace, source: CandidateSource): void {
    place.previous = place.source;
    place.source = source;
    place.candidate = null;
    if (place.stage !== "probation") this.establish(place);
    place.isQuarantined = false;
    place.restarts.reset();
    place.probation += 1;
    this.watch.forget(place);
    const { probation } = place;
    this.parts.timers.after(this.parts.probationNs ?? PROBATION_NS, () => {
      if (this.isEnded || place.probation !== probation || place.stage !== "probation") return;
      const text = `${source.module.manifest.name} ${source.module.manifest.version} has passed its probation`;
      this.change(place, Action.SETTLE, { actor: DESK, slot: place.slot.name, reason: text });
      place.previous = null;
      this.establish(place);
      this.tellOf(place, "settled", text);
    });
  }

  private establish(place: SlotPlace): void {
    const { verified } = place;
    place.verified = null;
    if (verified === null) return;
    try {
      this.parts.onEstablished(verified);
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
      this.tellOf(place, "floor-failed", `an older version could be deployed again: ${error.message}`);
    }
  }

  /** A plugin that failed begins again by itself. */
  private restart(place: SlotPlace): void {
    if (this.isEnded || place.isBusy || place.isQuarantined || place.slot.state !== "faulted") return;
    const reason = `begins again after: ${place.slot.lastFault?.reason ?? "a fault"}`;
    this.change(place, Action.REPLACE, { actor: DESK, slot: place.slot.name, reason }, place.source);
    this.watch.forget(place);
    this.tellOf(place, "restarted", reason);
  }

  private change(
    place: SlotPlace,
    action: PluginAction,
    { actor, reason }: SlotRequest,
    source: CandidateSource | null = null,
  ): void {
    const change = { action, slot: place.slot.name, isFresh: false, person: actor.name, reason };
    this.parts.view.session.changePlugin(change, source);
  }

  /** What an operation throws because the lane or the engine refuses it becomes a refusal. */
  private settled(
    request: SlotRequest,
    operate: (place: SlotPlace) => PluginOutcome,
  ): Promise<PluginOutcome> {
    const place = this.placeFor(request);
    if ("refusal" in place) return Promise.resolve(place);
    return Promise.resolve(attempted(() => operate(place)));
  }

  private placeFor({ slot }: SlotRequest): SlotPlace | Extract<PluginOutcome, { refusal: unknown }> {
    if (this.isEnded) return ENDING;
    const place = this.places.get(slot);
    if (place === undefined) {
      const names = [...this.places.keys()].join(", ");
      return refused("SANDPIT_PLUGIN_UNKNOWN", `there is no slot ${slot}`, `name one of ${names}`);
    }
    if (place.isBusy)
      return refused(
        "SANDPIT_PLUGIN_BUSY",
        `another change of ${slot} is under way`,
        "wait for its end, then look again",
      );
    return place;
  }

  private inTheWay(place: SlotPlace): Extract<PluginOutcome, { refusal: unknown }> {
    const { name } = place.slot;
    const isOccupied = place.stage === "shadow" || place.stage === "probation" || place.candidate !== null;
    return isOccupied
      ? refused("SANDPIT_PLUGIN_BUSY", `${name} is in ${place.stage}`, "promote it, or roll it back, first")
      : refused("SANDPIT_PLUGIN_STATE", `${name} is ${place.stage}`, "deploy a module to it first");
  }

  private tellOf(place: SlotPlace, event: string, text: string): void {
    this.tell({ slot: place.slot.name, event, text });
  }

  private tell(event: PluginEvent): void {
    for (const listener of this.listeners) listener(event);
  }
}

const ENDING = refused("SANDPIT_CONTROL_ENDING", "the host is stopping", "start it again");

/** Under this name stands what the host does by itself. */
const DESK = { name: "sandpit", role: "operator" } as const;

function attempted(operate: () => PluginOutcome): PluginOutcome {
  try {
    return operate();
  } catch (error) {
    if (error instanceof PluginChangeError)
      return refused(
        "SANDPIT_PLUGIN_STATE",
        `${error.code}: ${error.message}`,
        "see the text; nothing has changed",
      );
    if (error instanceof EngineError && error.code.startsWith("SANDPIT_ENGINE_PARAMETER"))
      return refused(
        "SANDPIT_PLUGIN_PARAMETERS",
        error.message,
        "see `sandpit plugins` for names and ranges",
      );
    if (error instanceof EngineError)
      return refused("SANDPIT_PLUGIN_STATE", `${error.code}: ${error.message}`, "nothing has changed");
    throw error;
  }
}

/** The parameters in force as far as the new module knows them, and over them those that are asked for. */
function mergedParameters(
  place: SlotPlace,
  { manifest }: CandidateSource["module"],
  asked: ParameterValues,
): ParameterValues {
  const known = new Set(manifest.parameters.map(({ name }) => name));
  const kept = Object.entries(parametersOf(place)).filter(([name]) => known.has(name));
  return { ...Object.fromEntries(kept), ...asked };
}

function notAdmitted(code: string, text: string): PluginOutcome {
  return refused(
    "SANDPIT_PLUGIN_NOT_ADMITTED",
    `${code}: ${text}`,
    "see every step with `sandpit plugin admit FILE`",
  );
}

function refused(
  code: PluginRefusalCode,
  text: string,
  remedy: string,
): Extract<PluginOutcome, { refusal: unknown }> {
  return { refusal: { code, text, remedy } };
}

function changed({ slot, stage }: SlotPlace, { module }: CandidateSource, isChanged = true): PluginOutcome {
  const { name: plugin, version } = module.manifest;
  return { change: { slot: slot.name, stage, plugin, version, sha256: module.verifiedSha256, isChanged } };
}

/** The parameters in force, by name. */
function parametersOf({ slot, source }: SlotPlace): ParameterValues {
  const values = slot.plugin?.parameters ?? [];
  const names = slot.plugin?.manifest.parameters ?? [];
  if (names.length === 0) return source.parameters;
  return Object.fromEntries(names.map(({ name }, index) => [name, values[index] ?? 0]));
}

function isSameSource(place: SlotPlace, { module, parameters }: CandidateSource): boolean {
  if (module.verifiedSha256 !== place.source.module.verifiedSha256) return false;
  const now = parametersOf(place);
  return Object.entries(parameters).every(([name, value]) => Object.is(now[name], value));
}
