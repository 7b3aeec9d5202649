import type { PluginKind } from "../../abi/host/index.ts";
import {
  ABI_VERSION,
  Control,
  GUARD_BYTES,
  memoryMapOf,
  PARAMETERS_OFFSET,
  pluginKinds,
} from "../../abi/host/index.ts";

/** Arbitrary, odd and not a likely number of a plugin. */
const GUARD_WORD = 0x5a9d_17c3;

const guardStart = Control.guard >>> 2;
const guardEnd = guardStart + (GUARD_BYTES >>> 2);
const abortStart = Control.abortMessage >>> 2;
const abortEnd = (Control.abortColumn >>> 2) + 1;

/**
 * The words of the control block as the host writes them. The layout is drawn in abi/host/memory-map.ts. The
 * words before `abortStart` and the guard are the host's alone; those of an abort begin as zero.
 */
export function controlBlockWords(kind: PluginKind, parametersCount: number): Int32Array {
  const map = memoryMapOf(kind);
  const words = new Int32Array(guardEnd);
  words[Control.abiVersion >>> 2] = ABI_VERSION;
  words[Control.kind >>> 2] = pluginKinds[kind];
  words[Control.inboxOffset >>> 2] = map.inboxOffset;
  words[Control.inboxCapacity >>> 2] = map.inboxCapacity;
  words[Control.outboxOffset >>> 2] = map.outboxOffset;
  words[Control.outboxCapacity >>> 2] = map.outboxCapacity;
  words[Control.parametersOffset >>> 2] = PARAMETERS_OFFSET;
  words[Control.parametersCount >>> 2] = parametersCount;
  for (let index = guardStart; index < guardEnd; index++) words[index] = GUARD_WORD + index;
  return words;
}

/**
 * True while the plugin has left the host's words alone. The host itself never reads them back: it keeps its own
 * copy of every offset, so a plugin that overwrites them harms nobody, but it shows that it writes where it
 * should not. Runs once in 1,024 calls and allocates nothing.
 */
export function controlBlockIntact(memory: Int32Array, expected: Int32Array): boolean {
  for (let index = 0; index < guardEnd; index++) {
    if (index === abortStart) index = abortEnd;
    if (memory[index] !== expected[index]) return false;
  }
  return true;
}
