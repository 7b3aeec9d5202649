import { memoryMapOf } from "../../abi/host/index.ts";
import { EngineError } from "./engine-error.ts";
import type { LoadedPlugin } from "./loaded-plugin.ts";

/**
 * How a new instance comes to what the old one knows:
 *
 * | way      | when                                                              | what is carried                            |
 * |----------|-------------------------------------------------------------------|--------------------------------------------|
 * | IMAGE    | same module, and same parameters or `parametersAtUse`             | memory and globals, bit for bit            |
 * | SNAPSHOT | the new manifest's `state.restores` names the old `state.version` | what `snapshot` wrote, read by `restore`   |
 * | NONE     | otherwise                                                         | nothing: the new one begins as if first    |
 *
 * A module with state that cannot be seen from outside goes the third way: a snapshot is written by a copy, and the copy would lack that state.
 */
export const HandOver = { NONE: "none", SNAPSHOT: "snapshot", IMAGE: "image" } as const;
export type HandOver = (typeof HandOver)[keyof typeof HandOver];

/** The best way from one plugin to another; see the table above. */
export function handOverOf(from: LoadedPlugin, to: LoadedPlugin): HandOver {
  if (!from.hasPlainState) return HandOver.NONE;
  const areMet = from.manifest.parametersAtUse || hasSameParameters(from, to);
  if (from.verifiedSha256 === to.verifiedSha256 && areMet) return HandOver.IMAGE;
  const { state } = from.manifest;
  if (state === null || from.exports.snapshot === null || to.exports.restore === null) return HandOver.NONE;
  return to.manifest.state?.restores.includes(state.version) === true ? HandOver.SNAPSHOT : HandOver.NONE;
}

/** Gives `to` what `from` knows, by the way that `handOverOf` told or none. Both are between two calls; `from` is never called. Throws as `restoreSnapshot`. */
export function carryState(from: LoadedPlugin, to: LoadedPlugin, way: HandOver): void {
  if (way === HandOver.IMAGE) copyImage(from, to);
  if (way !== HandOver.SNAPSHOT) return;
  const copy = from.another();
  try {
    copyImage(from, copy);
    restoreSnapshot(copy, to);
  } finally {
    copy.dispose();
  }
}

/** The host's words and the parameters lie below the inbox; the words of an abort aside, they are the same for the same parameters. */
function hasSameParameters(from: LoadedPlugin, to: LoadedPlugin): boolean {
  return from.parameters.every((value, index) => Object.is(value, to.parameters[index]));
}

/**
 * Makes `to` know what `from` knows, if they are instances of one module. Both are between two calls. The outbox is copied too, since a plugin may
 * keep there what it wrote, and as much of the inbox as inputs have ever reached: one that reads beyond its record then reads the same in both.
 * What is left out is the rest of the inbox, which is no place of a plugin's: of a codec's 2.25 MiB it is the better part of one.
 */
export function copyImage(from: LoadedPlugin, to: LoadedPlugin): void {
  if (from.meteredSha256 !== to.meteredSha256 || from.u8.length !== to.u8.length)
    throw new EngineError(
      "SANDPIT_ENGINE_HAND_OVER",
      `the state of ${from.manifest.name} ${from.manifest.version} is no state of ${to.manifest.name} ${to.manifest.version}: they are different modules`,
    );
  const { inboxOffset, outboxOffset } = memoryMapOf(from.manifest.kind);
  const inboxEnd = inboxOffset + from.inboxUsedBytes;
  to.u8.set(from.u8.subarray(inboxOffset, inboxEnd), inboxOffset);
  to.u8.set(from.u8.subarray(outboxOffset), outboxOffset);
  to.inboxUsedBytes = from.inboxUsedBytes;
  from.exports.state.forEach((global, index) => {
    const target = to.exports.state[index];
    if (target !== undefined) target.value = global.value;
  });
}

/**
 * Has `copy`, an instance of the old module that holds its state, write a snapshot, and `to` read it. The old plugin itself is never called:
 * one that traps in `snapshot` would be lost with its state. Throws SANDPIT_ENGINE_HAND_OVER: then `to` is to be disposed of, and the old one
 * runs on.
 */
export function restoreSnapshot(copy: LoadedPlugin, to: LoadedPlugin): void {
  const map = memoryMapOf(copy.manifest.kind);
  const written = called(copy, "snapshot", () => copy.exports.snapshot?.() ?? 0);
  if (written < 0 || written > map.outboxCapacity)
    fail(copy, `snapshot says ${written} bytes, the outbox holds ${map.outboxCapacity}`);
  const bytes = copy.u8.subarray(map.outboxOffset, map.outboxOffset + written);
  to.u8.set(bytes, map.inboxOffset);
  to.noteInput(written);
  const taken = called(to, "restore", () => to.exports.restore?.(written) ?? -1);
  if (taken !== 0)
    fail(to, `restore refuses the state of version ${copy.manifest.state?.version ?? 0} with code ${taken}`);
}

function called(plugin: LoadedPlugin, name: string, call: () => number): number {
  try {
    return call();
  } catch (error) {
    return fail(plugin, `${name} stopped: ${plugin.classify(error).reason}`, error);
  }
}

function fail(plugin: LoadedPlugin, reason: string, cause?: unknown): never {
  const { name, version } = plugin.manifest;
  throw new EngineError(
    "SANDPIT_ENGINE_HAND_OVER",
    `the state cannot be handed over: ${name} ${version}: ${reason}. Correct it, or begin afresh`,
    { cause },
  );
}
