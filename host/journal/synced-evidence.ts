import type { FileWindow } from "./file-window.hot.ts";
import { RECORD_HEADER_BYTES, SYNC_MARK_PAYLOAD_BYTES, joinHalves, recordBytes } from "./record-layout.ts";
import { RecordSealer } from "./record-seal.hot.ts";
import { RecordType } from "./record-type.ts";

/** A CLOSE holds a state hash; what claims more is no CLOSE. */
const CLOSE_PAYLOAD_BYTES_MAX = 4096;

/**
 * The highest sequence number that a SYNC_MARK or CLOSE at or after `fromOffset` of the window's file proves to have been synced, 0 where there
 * is none. Looks at every aligned place, since the records before may be damaged. Counts only what belongs here: an epoch of at least `epochMin`,
 * a number of its own above `sequence`; marks left over from an earlier use of the file have neither.
 */
export function syncedSequenceAfter(
  window: FileWindow,
  fromOffset: number,
  sequence: number,
  epochMin: number,
): number {
  const sealer = new RecordSealer();
  let highest = 0;
  for (let offset = (fromOffset + 7) & ~7; offset + RECORD_HEADER_BYTES <= window.sizeBytes; offset += 8) {
    let at = window.locate(offset, RECORD_HEADER_BYTES);
    if (at < 0) return highest;
    const payloadBytes = claimedPayloadBytes(window.words, at >> 2, epochMin);
    if (payloadBytes < 0 || offset + recordBytes(payloadBytes) > window.sizeBytes) continue;
    at = window.locate(offset, recordBytes(payloadBytes));
    if (at < 0) return highest;
    const own = sequenceAt(window.words, (at >> 2) + 2);
    if (own <= sequence || !isIntact(sealer, window.words, at >> 2, payloadBytes)) continue;
    const isMark = ((window.words[(at >> 2) + 7] ?? 0) & 0xffff) === RecordType.SYNC_MARK;
    const synced = isMark ? sequenceAt(window.words, (at + RECORD_HEADER_BYTES) >> 2) : own - 1;
    if (synced < own && synced > highest) highest = synced;
  }
  return highest;
}

function claimedPayloadBytes(words: Int32Array, word: number, epochMin: number): number {
  const type = (words[word + 7] ?? 0) & 0xffff;
  const payloadBytes = words[word + 1] ?? 0;
  if ((words[word + 6] ?? 0) >>> 0 < epochMin) return -1;
  if (type === RecordType.SYNC_MARK) return payloadBytes === SYNC_MARK_PAYLOAD_BYTES ? payloadBytes : -1;
  return type === RecordType.CLOSE && payloadBytes >= 0 && payloadBytes <= CLOSE_PAYLOAD_BYTES_MAX
    ? payloadBytes
    : -1;
}

function sequenceAt(words: Int32Array, word: number): number {
  return joinHalves(words[word] ?? 0, words[word + 1] ?? 0);
}

function isIntact(sealer: RecordSealer, words: Int32Array, word: number, payloadBytes: number): boolean {
  sealer.digest(words, word, recordBytes(payloadBytes) >> 2);
  return sealer.crc === words[word];
}
