import { EngineError } from "./engine-error.ts";
import type { LoadedPlugin } from "./loaded-plugin.ts";
import type { PluginSlot } from "./plugin-slot.ts";

/** What a slot throws when it is asked for what its state does not allow: mistakes of the host, never of a plugin. */
export function wrongKind({ name, kind }: PluginSlot, { manifest }: LoadedPlugin): EngineError {
  const text = `slot ${name} takes a plugin of kind ${kind}, ${manifest.name} is of kind ${manifest.kind}`;
  return new EngineError("SANDPIT_ENGINE_SLOT_KIND", text);
}

export function nothingKept({ name, state }: PluginSlot): EngineError {
  return inUse(`slot ${name} is ${state} and has no plugin that could go on: install one`);
}

export function besideTaken({ name }: PluginSlot): EngineError {
  return inUse(
    `slot ${name} already has a second plugin beside it: promote it, drop it or end the probation first`,
  );
}

export function nothingBeside({ name }: PluginSlot): EngineError {
  return inUse(`slot ${name} has no second plugin that runs and could be promoted: deploy one first`);
}

export function inputTooLong({ name, inboxCapacity }: PluginSlot, lengthBytes: number): EngineError {
  const text = `slot ${name}: an input of ${lengthBytes} bytes, the inbox holds ${inboxCapacity}: check the length before the copy`;
  return new EngineError("SANDPIT_ENGINE_INPUT_LENGTH", text);
}

function inUse(text: string): EngineError {
  return new EngineError("SANDPIT_ENGINE_PLUGIN_IN_USE", text);
}
