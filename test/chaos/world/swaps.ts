import { EngineError, loadModule } from "../../../host/engine/index.ts";
import type { PluginModule } from "../../../host/engine/index.ts";
import { PluginChangeError } from "../../../host/lane/index.ts";
import { changeOf } from "../../support/plugin-swaps.ts";
import type { Dice } from "./dice.ts";
import type { HostLife } from "./host-life.ts";

const VERSION = '"version":"1.0.0"';
const NEXT_VERSION = '"version":"1.0.1"';

/** The bundled modules with another version in their manifests: other bytes, the same behaviour, so that a swap must change nothing. */
export function rebuiltModules(modules: ReadonlyMap<string, Uint8Array>): ReadonlyMap<string, PluginModule> {
  const rebuilt = new Map<string, PluginModule>();
  for (const [name, bytes] of modules) {
    const other = Buffer.from(bytes);
    const place = other.indexOf(VERSION);
    if (place < 0) continue;
    other.write(NEXT_VERSION, place);
    rebuilt.set(name, loadModule(other));
  }
  return rebuilt;
}

/** Swaps at random moments, of every kind that a person can ask for. */
export class Swaps {
  done = 0;
  refused = 0;
  private readonly dice: Dice;
  private readonly modules: ReadonlyMap<string, PluginModule>;

  constructor(dice: Dice, modules: ReadonlyMap<string, PluginModule>) {
    this.dice = dice;
    this.modules = modules;
  }

  next({ host }: HostLife): void {
    const slot = this.dice.pick(host.built.slots);
    const action =
      slot.shadow === null ? "shadow" : this.dice.pick(["promote", "rollback", "settle"] as const);
    const module = this.modules.get(slot.plugin?.manifest.name ?? "");
    const source = action === "shadow" && module !== undefined ? { module, parameters: {} } : null;
    try {
      host.session.changePlugin(changeOf(action, slot.name, this.dice.chance(0.2)), source);
      this.done += 1;
    } catch (error) {
      if (!(error instanceof PluginChangeError || error instanceof EngineError)) throw error;
      this.refused += 1;
    }
  }
}
