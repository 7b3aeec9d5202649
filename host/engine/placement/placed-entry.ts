import { ENTRY_HEADER_BYTES, EntryCell, EntryWord } from "./channel-layout.ts";
import { FaultText } from "./fault-text.ts";
import type { PlacedKind } from "./placed-kind.ts";

/** What the host itself has to say about a plugin on another thread, in the form of its ring's entries. */
export function placedEntry(
  kind: PlacedKind,
  about: {
    readonly generation: number;
    readonly timeNs: number;
    readonly code: number;
    readonly text: string;
  },
): Uint8Array {
  const text = new FaultText();
  const lengthBytes = text.writeText(about.text);
  const bytes = new Uint8Array(ENTRY_HEADER_BYTES + lengthBytes);
  const words = new Int32Array(bytes.buffer);
  words[EntryWord.LENGTH] = lengthBytes;
  words[EntryWord.KIND] = kind;
  words[EntryWord.GENERATION] = about.generation;
  words[EntryWord.CODE] = about.code;
  new Float64Array(bytes.buffer)[EntryCell.TIME] = about.timeNs;
  words.set(text.words.subarray(0, lengthBytes >> 2), ENTRY_HEADER_BYTES >> 2);
  return bytes;
}
