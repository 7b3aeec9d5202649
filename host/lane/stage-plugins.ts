import type { RecordName } from "../../abi/host/index.ts";
import * as records from "../../abi/host/index.ts";
import { recordLayouts } from "../../abi/host/index.ts";
import type { Manifest, PluginSlot } from "../engine/index.ts";
import type { AgentPlugin } from "./agent-stage.hot.ts";
import type { FeaturePlugin } from "./feature-stage.hot.ts";

/** Slots of FeatureVector.values. */
export const VALUES_MAX = 16;

/** A slot, and what the plugin in it, or about to be in it, says of itself. */
export interface PlacedPlugin {
  readonly slot: PluginSlot;
  readonly manifest: Manifest;
}

/** Names of all features. Throws when two plugins write the same: an agent could not say which it reads. */
export function featureNamesOf(features: readonly PlacedPlugin[]): string[] {
  const names = features.flatMap(({ manifest }) => manifest.outputs);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined)
    throw new Error(`two configured plugins write the feature "${twice}"; configure one of them`);
  return names;
}

/** The feature stage's view of its plugins, with places in the feature table in their order. */
export function featurePlugins(features: readonly PlacedPlugin[]): FeaturePlugin[] {
  let firstSlot = 0;
  return features.map(({ slot, manifest }) => {
    const plugin = {
      slot,
      reads: templatesOf(manifest.reads),
      firstSlot,
      outputCount: manifest.outputs.length,
      outputsMax: manifest.limits.outputs,
    };
    firstSlot += manifest.outputs.length;
    return plugin;
  });
}

/** The agent stage's view of a plugin. Throws for a feature that nobody writes, and for more features than a record holds. */
export function agentPlugin({ slot, manifest }: PlacedPlugin, featureNames: readonly string[]): AgentPlugin {
  if (manifest.features.length > VALUES_MAX) {
    throw new RangeError(
      `agent ${slot.name} reads ${manifest.features.length} features; a FeatureVector holds ${VALUES_MAX}`,
    );
  }
  const featureSlots = Int32Array.from(manifest.features, (name) => {
    const place = featureNames.indexOf(name);
    if (place < 0)
      throw new Error(
        `agent ${slot.name} reads the feature "${name}", which no configured feature plugin writes; configure one that does`,
      );
    return place;
  });
  return { slot, reads: templatesOf(manifest.reads), featureSlots, outputsMax: manifest.limits.outputs };
}

/** Template ids of records by name. Throws for one that this host does not know. */
export function templatesOf(names: readonly string[]): number[] {
  return names.map((name) => {
    if (!Object.hasOwn(recordLayouts, name))
      throw new Error(
        `a manifest reads the record "${name}", which this host does not know; docs/abi.md lists them`,
      );
    return records[name as RecordName].templateId;
  });
}
