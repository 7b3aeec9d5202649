import type { Invoke } from "../invoke-wrapper.ts";
import type { LoadedPlugin } from "../loaded-plugin.ts";

/** The part of a slot that a port takes records from. */
export interface Inbox {
  readonly i32: Int32Array;
  readonly inboxWord: number;
}

/**
 * Where a slot hands its records over when its plugin does not run in it. The slot's own instance is a stand-in: it has the manifest, the parameters
 * and the inbox, and is not called.
 */
export interface PluginPort {
  /** Takes the record that lies in the inbox. Never waits, and says nothing: what comes of it is an input of its own. */
  offer(inbox: Inbox, template: number, lengthBytes: number): void;
  /** Another plugin begins, knowing nothing: what was handed over before does not concern it. */
  installed(plugin: LoadedPlugin, generation: number): void;
  /** The plugin is to be stopped: it failed, or a person says so. */
  stopped(): void;
  /** The one that was stopped goes on with what it knew, and with what was handed over since. */
  resumed(generation: number): void;
  /** Whether that candidate, or predecessor, is ready beside the plugin, where it runs. */
  holds(plugin: LoadedPlugin): boolean;
  /** The candidate that is ready is compared from here on. */
  shadowed(): void;
  /** What runs beside takes the place, and the one before goes on beside it; where nothing is beside, it begins knowing nothing. */
  promoted(plugin: LoadedPlugin, generation: number): void;
  /** What runs beside is given up. */
  settled(): void;
}

/** Where nobody runs: in a replay the answers come out of the journal. */
export const voidPort: PluginPort = {
  offer: () => undefined,
  installed: () => undefined,
  stopped: () => undefined,
  resumed: () => undefined,
  holds: () => true,
  shadowed: () => undefined,
  promoted: () => undefined,
  settled: () => undefined,
};

/** In place of a call: the record is handed over, and nothing was written yet. */
export function handOverTo(port: PluginPort, inbox: Inbox): Invoke {
  return (template, lengthBytes) => {
    port.offer(inbox, template, lengthBytes);
    return 0;
  };
}
