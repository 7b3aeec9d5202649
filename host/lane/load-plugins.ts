import { AGENTS_MAX } from "../data/signals/index.ts";
import type { LoadedPlugin, Manifest, MemoryPool, ParameterValues, PluginModule } from "../engine/index.ts";
import { loadModule, PluginSlot } from "../engine/index.ts";
import type { LaneConfiguration, PluginModules, PluginPlacement } from "./lane-configuration.ts";
import type { OpenPort } from "./open-port.ts";
import type { PlacedPlugin } from "./stage-plugins.ts";

/** A module, and the parameters of the configuration for one place of it. */
export interface PluginSource {
  readonly module: PluginModule;
  readonly parameters: ParameterValues;
}

/** A plugin in its slot, and what it was made from. */
export interface SourcedPlugin extends PlacedPlugin {
  readonly source: PluginSource;
}

/** The plugins of a configuration, each in its slot. */
export interface LoadedPlugins {
  /** By venue index. */
  readonly venues: readonly SourcedPlugin[];
  readonly features: readonly SourcedPlugin[];
  readonly agents: readonly SourcedPlugin[];
  readonly ensemble: SourcedPlugin;
  readonly rules: readonly SourcedPlugin[];
}

/** Loads every plugin of a configuration. Throws RangeError for too many agents, or a placement where nothing can be placed, EngineError for a module that is refused, Error for one that is missing. */
export function loadPlugins(
  configuration: LaneConfiguration,
  modules: PluginModules,
  pool: MemoryPool,
  openPort: OpenPort,
): LoadedPlugins {
  if (configuration.agents.length > AGENTS_MAX) {
    throw new RangeError(
      `${configuration.agents.length} agents are configured; the pool of one lane holds the signals of ${AGENTS_MAX}`,
    );
  }
  const load = (placement: PluginPlacement, kind: Manifest["kind"]): SourcedPlugin =>
    loadPlugin(placement, kind, { modules, pool, openPort });
  return {
    venues: configuration.venues.map((placement) => load(placement, "venue")),
    features: configuration.features.map((placement) => load(placement, "feature")),
    agents: configuration.agents.map((placement) => load(placement, "agent")),
    ensemble: load(configuration.ensemble, "ensemble"),
    rules: configuration.rules.map((placement) => load(placement, "risk")),
  };
}

function loadPlugin(
  placement: PluginPlacement,
  kind: Manifest["kind"],
  {
    modules,
    pool,
    openPort,
  }: { readonly modules: PluginModules; readonly pool: MemoryPool; readonly openPort: OpenPort },
): SourcedPlugin {
  const bytes = modules.get(placement.plugin);
  if (bytes === undefined)
    throw new Error(
      `plugin ${placement.plugin} is configured and its module was not found; build it with \`sandpit plugin build\``,
    );
  const { name, parameters, placement: elsewhere } = placement;
  const module = loadModule(bytes);
  const plugin: LoadedPlugin = module.instantiate(pool, parameters);
  const slot = new PluginSlot(name, kind, elsewhere === undefined ? null : openPort(name, elsewhere));
  slot.install(plugin);
  return { slot, manifest: plugin.manifest, source: { module, parameters } };
}

/** Every slot, in the order venues, features, agents, ensemble, rules. */
export function slotsOf(loaded: LoadedPlugins): PluginSlot[] {
  return placed(loaded).map(({ slot }) => slot);
}

/** What each slot's plugin was made from, by the slot's name. */
export function sourcesOf(loaded: LoadedPlugins): Map<string, PluginSource> {
  return new Map(placed(loaded).map(({ slot, source }) => [slot.name, source]));
}

function placed({ venues, features, agents, ensemble, rules }: LoadedPlugins): SourcedPlugin[] {
  return [...venues, ...features, ...agents, ensemble, ...rules];
}
