import type { ShadowDifference } from "../shadow-run.ts";
import { FaultText } from "./fault-text.ts";
import { PlacedKind } from "./placed-kind.ts";
import type { PluginFault } from "../fault-code.ts";

/** One entry that waits for room in the output ring. */
export interface Report {
  readonly kind: PlacedKind;
  readonly code: number;
  readonly words: Int32Array;
  readonly lengthBytes: number;
}

/*
 Payload of a DIFFERENCE:

   byte 0       4            8             12              16            20          24
        ├───────┼────────────┼─────────────┼───────────────┼─────────────┼───────────┼──────┬────────
        │ call  │ template   │ liveWritten │ shadowWritten │ live length │ 0         │ live │ shadow
        │ u32   │ i32        │ i32         │ i32           │ u32         │           │ padded to 8 each
*/
const DIFFERENCE_HEAD_BYTES = 24;

/** A fault as a report. */
export function faultReport(kind: PlacedKind, code: number, fault: PluginFault | null): Report {
  const text = new FaultText();
  const lengthBytes = text.write(fault);
  return { kind, code, words: text.words, lengthBytes };
}

/** A text as a report. */
export function textReport(kind: PlacedKind, code: number, words: string): Report {
  const text = new FaultText();
  const lengthBytes = text.writeText(words);
  return { kind, code, words: text.words, lengthBytes };
}

export function differenceReport(difference: ShadowDifference): Report {
  const { call, template, liveWritten, shadowWritten, live, shadow } = difference;
  const lengthBytes = DIFFERENCE_HEAD_BYTES + padded(live.length) + padded(shadow.length);
  const words = new Int32Array(lengthBytes >> 2);
  words.set([call, template, liveWritten, shadowWritten, live.length]);
  const bytes = new Uint8Array(words.buffer);
  bytes.set(live, DIFFERENCE_HEAD_BYTES);
  bytes.set(shadow, DIFFERENCE_HEAD_BYTES + padded(live.length));
  return { kind: PlacedKind.DIFFERENCE, code: 0, words, lengthBytes };
}

/** Reads what `differenceReport` wrote; null where the lengths make no sense. */
export function differenceOf(
  bytes: Uint8Array,
  offset: number,
  lengthBytes: number,
): ShadowDifference | null {
  if (lengthBytes < DIFFERENCE_HEAD_BYTES) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset + offset, lengthBytes);
  const at = (word: number): number => view.getInt32(word * 4, true);
  const liveEnd = DIFFERENCE_HEAD_BYTES + padded(at(4));
  if (at(4) < 0 || liveEnd > lengthBytes) return null;
  const liveFirst = offset + DIFFERENCE_HEAD_BYTES;
  return {
    call: at(0) >>> 0,
    template: at(1),
    liveWritten: at(2),
    shadowWritten: at(3),
    live: bytes.slice(liveFirst, liveFirst + at(4)),
    shadow: bytes.slice(
      offset + liveEnd,
      offset + liveEnd + Math.min(Math.max(at(3), 0), lengthBytes - liveEnd),
    ),
  };
}

function padded(lengthBytes: number): number {
  return (lengthBytes + 7) & ~7;
}
