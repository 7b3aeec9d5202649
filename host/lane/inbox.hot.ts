import { HEADER_BYTES, SCHEMA_ID, SCHEMA_VERSION } from "../../abi/host/index.ts";
import type { PluginSlot } from "../engine/index.ts";

const SCHEMA_WORD = SCHEMA_ID | (SCHEMA_VERSION << 16);

/** Writes the header of a record at the start of a plugin's inbox; the block begins at the byte that this returns. */
export function openInbox(slot: PluginSlot, templateId: number, blockLength: number): number {
  const word = slot.inboxWord;
  slot.i32[word] = blockLength | (templateId << 16);
  slot.i32[word + 1] = SCHEMA_WORD;
  return (word << 2) + HEADER_BYTES;
}

/** Copies a block from host memory to an inbox, word by word: at these lengths cheaper than a native call. */
export function copyBlock(
  slot: PluginSlot,
  blockByte: number,
  source: Int32Array,
  blockLength: number,
): void {
  const target = slot.i32;
  const first = blockByte >> 2;
  const count = blockLength >> 2;
  for (let word = 0; word < count; word++) target[first + word] = source[word]!;
}
