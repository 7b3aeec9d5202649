import type { LoadedPlugin, PluginModule } from "../../host/engine/index.ts";
import { loadModule } from "../../host/engine/index.ts";
import type { PluginAction, PluginChange } from "../../host/lane/index.ts";
import type { LaneUnderTest, SeenEffect } from "./lane-under-test.ts";
import type { PuppetPlace } from "./puppet-plugins.ts";

const loaded = new WeakMap<Uint8Array, PluginModule>();

/** A change of a slot's plugin, by a person. */
export function changeOf(action: PluginAction, slot: string, isFresh = false): PluginChange {
  return { action, slot, isFresh, person: "a tester", reason: "a test" };
}

/** A module, loaded once for all tests of a file. */
export function moduleOf(modules: ReadonlyMap<string, Uint8Array>, name: string): PluginModule {
  const bytes = modules.get(name);
  if (bytes === undefined) throw new Error(`there is no module ${name}`);
  const module = loaded.get(bytes) ?? loadModule(bytes);
  loaded.set(bytes, module);
  return module;
}

/** Changes the plugins of a lane under test. */
export class PluginSwaps {
  readonly under: LaneUnderTest;
  private readonly modules: ReadonlyMap<string, Uint8Array>;

  constructor(under: LaneUnderTest, modules: ReadonlyMap<string, Uint8Array>) {
    this.under = under;
    this.modules = modules;
  }

  /** A fresh instance of a module by its name; of the one that is in a slot when none is named. */
  instance(slot: string, name?: string): LoadedPlugin {
    const module = moduleOf(this.modules, name ?? this.under.slot(slot).plugin?.manifest.name ?? "");
    return module.instantiate(this.under.built.pool);
  }

  change(
    action: PluginAction,
    slot: string,
    candidate: LoadedPlugin | null = null,
    isFresh = false,
  ): SeenEffect[] {
    const change = changeOf(action, slot, isFresh);
    this.under.lane.onPlugin(change, candidate, Buffer.from(JSON.stringify(change)));
    return this.under.effects();
  }

  /** Puts another instance of the same module in place, on probation. */
  probation(
    slot: string,
    name?: string,
  ): { readonly promoted: LoadedPlugin; readonly predecessor: LoadedPlugin } {
    const predecessor = this.under.slot(slot).plugin;
    if (predecessor === null) throw new Error(`${slot} is empty`);
    const promoted = this.instance(slot, name);
    this.change("shadow", slot, promoted);
    this.change("promote", slot);
    return { promoted, predecessor };
  }

  /** Where the second plugin of a slot can be told something. */
  beside(slot: string): PuppetPlace {
    const run = this.under.slot(slot).shadow;
    if (run === null) throw new Error(`nothing runs beside ${slot}`);
    return run.slot;
  }
}
