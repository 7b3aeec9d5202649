import type { PluginKind } from "../../../abi/host/index.ts";
import type { ParameterValues } from "../../engine/index.ts";
import type { Actor } from "./actor.ts";
import type { ProblemCode } from "./api-problem.ts";

/** Why a plugin is not changed. */
export type PluginRefusalCode =
  | "SANDPIT_PLUGIN_UNKNOWN"
  | "SANDPIT_PLUGIN_BUSY"
  | "SANDPIT_PLUGIN_STATE"
  | "SANDPIT_PLUGIN_NOT_ADMITTED"
  | "SANDPIT_PLUGIN_KIND"
  | "SANDPIT_PLUGIN_PARAMETERS"
  | "SANDPIT_CONTROL_ENDING"
  | "SANDPIT_API_NOT_AVAILABLE";

export const pluginRefusalCodes: readonly PluginRefusalCode[] = [
  "SANDPIT_PLUGIN_UNKNOWN",
  "SANDPIT_PLUGIN_BUSY",
  "SANDPIT_PLUGIN_STATE",
  "SANDPIT_PLUGIN_NOT_ADMITTED",
  "SANDPIT_PLUGIN_KIND",
  "SANDPIT_PLUGIN_PARAMETERS",
  "SANDPIT_CONTROL_ENDING",
  "SANDPIT_API_NOT_AVAILABLE",
] satisfies readonly ProblemCode[];

export interface PluginRefusal {
  readonly code: PluginRefusalCode;
  /** What is wrong, and where. */
  readonly text: string;
  readonly remedy: string;
}

/**
 * Where a slot's newcomer stands.
 *
 * | stage       | what runs                                                                       |
 * |-------------|---------------------------------------------------------------------------------|
 * | candidate   | the old one; the new module is admitted and instantiated                        |
 * | shadow      | the old one; the new one sees the same events and its outputs are compared      |
 * | probation   | the new one; the old one is ready to come back                                  |
 * | live        | one alone                                                                       |
 * | quarantined | none                                                                            |
 */
export type PluginStage = "candidate" | "shadow" | "probation" | "live" | "quarantined";
export const pluginStages: readonly PluginStage[] = [
  "candidate",
  "shadow",
  "probation",
  "live",
  "quarantined",
];

/** What an operation made of a slot. */
export interface PluginChange {
  readonly slot: string;
  readonly stage: PluginStage;
  /** The module that the operation was about. */
  readonly plugin: string;
  readonly version: string;
  readonly sha256: string;
  /** False where it was so already: the same module deployed again changes nothing. */
  readonly isChanged: boolean;
}

/** A module that was admitted and waits for its shadow or its promotion. */
export interface WaitingModule {
  readonly plugin: string;
  readonly version: string;
  readonly sha256: string;
  /** What its signature was found to be. */
  readonly trust: string;
}

export type PluginOutcome = { readonly change: PluginChange } | { readonly refusal: PluginRefusal };

export interface SlotRequest {
  readonly actor: Actor;
  readonly slot: string;
  readonly reason: string;
}

export interface DeployRequest extends SlotRequest {
  /** What the actor may bring in; a module of another kind is refused with SANDPIT_PLUGIN_KIND. */
  readonly kind: PluginKind;
  readonly module: Uint8Array;
  readonly parameters: ParameterValues;
  /** It is not given what the plugin in place knows, though that could be handed over, or has to be lost. */
  readonly isFresh?: boolean;
  /** Of the module's build: traps are told by file and line. It decides nothing but texts; one of another build is not used. */
  readonly sourceMap?: string;
}

export interface ParametersRequest extends SlotRequest {
  readonly parameters: ParameterValues;
}

/**
 * Something that happened to a slot, asked for or by itself:
 *
 * | event                                                                                     | why                     |
 * |-------------------------------------------------------------------------------------------|-------------------------|
 * | deployed, shadowed, promoted, rolled-back, quarantined, released, parameters-set          | somebody asked for it   |
 * | failed, shadow-failed                                                                     | a plugin was stopped    |
 * | rolled-back                                                                               | its predecessor took over |
 * | restarted, quarantined                                                                    | after a failure, or one too many |
 * | settled                                                                                   | the probation is over   |
 * | not-restarted, not-settled, floor-failed                                                  | it could not be done    |
 */
export interface PluginEvent {
  readonly slot: string;
  readonly event: string;
  readonly text: string;
}

/**
 * Changes plugins while the host runs. The role of the actor has been checked; everything else is the implementation's to refuse. One
 * operation on a slot at a time: a second one is refused with SANDPIT_PLUGIN_BUSY, not queued; quarantine alone, a stop, is heard at any time. Never rejects for what a caller did wrong.
 */
export interface PluginOperations {
  /** Kind of a slot that it knows beside those of the lane: one that holds a candidate alone; null for any other. */
  kindOf(slot: string): PluginKind | null;
  /** What was deployed to a slot and is shown nothing yet; null where nothing waits. */
  waitingOf(slot: string): WaitingModule | null;
  /** Admits a module and instantiates it beside what runs. */
  deploy(request: DeployRequest): Promise<PluginOutcome>;
  /** Lets the candidate see live events. */
  shadow(request: SlotRequest): Promise<PluginOutcome>;
  /** Lets the newcomer take over at the next event boundary. */
  promote(request: SlotRequest): Promise<PluginOutcome>;
  /** Brings the one before back, or drops the candidate. */
  rollback(request: SlotRequest): Promise<PluginOutcome>;
  /** Gives up a candidate, in its shadow or before it: never what trades, nor what is ready to come back. */
  drop(request: SlotRequest): Promise<PluginOutcome>;
  /** Stops the plugin, with what its kind's failure policy says. */
  quarantine(request: SlotRequest): Promise<PluginOutcome>;
  release(request: SlotRequest): Promise<PluginOutcome>;
  setParameters(request: ParametersRequest): Promise<PluginOutcome>;
  /** Calls with what happens from now on; returns how to stop. */
  onEvent(listener: (event: PluginEvent) => void): () => void;
}

/** A host that cannot change its plugins while it runs. */
export class UnavailablePluginOperations implements PluginOperations {
  kindOf(): null {
    return null;
  }

  waitingOf(): null {
    return null;
  }

  deploy(): Promise<PluginOutcome> {
    return unavailable();
  }

  shadow(): Promise<PluginOutcome> {
    return unavailable();
  }

  promote(): Promise<PluginOutcome> {
    return unavailable();
  }

  rollback(): Promise<PluginOutcome> {
    return unavailable();
  }

  drop(): Promise<PluginOutcome> {
    return unavailable();
  }

  quarantine(): Promise<PluginOutcome> {
    return unavailable();
  }

  release(): Promise<PluginOutcome> {
    return unavailable();
  }

  setParameters(): Promise<PluginOutcome> {
    return unavailable();
  }

  onEvent(): () => void {
    return () => undefined;
  }
}

function unavailable(): Promise<PluginOutcome> {
  return Promise.resolve({
    refusal: {
      code: "SANDPIT_API_NOT_AVAILABLE",
      text: "this host cannot change plugins while it runs",
      remedy: "stop it, change the configuration or the module, and start it again",
    },
  });
}
