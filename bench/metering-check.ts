import type { Hash } from "node:crypto";
import { memoryMapOf } from "../abi/host/index.ts";
import type { PluginInputs } from "./metering-inputs.ts";
import type { MeteringSide } from "./metering-sides.ts";

const EMPTY = new Uint8Array(0);

/** Gives every input to fresh instances of both, and what they answer to the hash. Throws where they answer differently, or differ in the end. */
export function checkOutputs(
  { name, kind, count }: PluginInputs,
  metered: MeteringSide,
  unmetered: MeteringSide,
  hash: Hash,
): void {
  const { outboxOffset, memoryBase } = memoryMapOf(kind);
  metered.reset();
  unmetered.reset();
  for (let index = 0; index < count; index++) {
    const written = metered.calls.one(index);
    const end = outboxOffset + Math.max(0, written);
    const [one, other] = [metered, unmetered].map(({ memory }) => memory.subarray(outboxOffset, end));
    if (unmetered.calls.one(index) !== written || Buffer.compare(one ?? EMPTY, other ?? EMPTY) !== 0)
      throw new Error(`${name} answers input ${index + 1} of ${count} differently without its metering`);
    hash.update(`${written} `).update(one ?? EMPTY);
  }
  if (Buffer.compare(metered.memory.subarray(memoryBase), unmetered.memory.subarray(memoryBase)) !== 0)
    throw new Error(`${name} has another state after ${count} inputs without its metering`);
  metered.end();
  unmetered.end();
}
