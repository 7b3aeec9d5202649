import type { Disk } from "../../platform/disk/index.ts";
import type { AuditHead, RawLine } from "./audit-files.ts";
import { AUDIT_HEAD, AUDIT_LOG, rawLines, readHead } from "./audit-files.ts";
import type { AuditRecord } from "./audit-record.ts";
import { AUDIT_LINE_BYTES_MAX, GENESIS_HASH, readAuditLine } from "./audit-record.ts";

/*
 A record is synced before the head names it, so that the head lies at the last record or one before. H: the head's number
 (0 without a head), L: the last record whose chain holds, T: what follows it.

  L against H      T                     verdict        opens
  L = H = 0        empty                 EMPTY          yes
  L = H or H + 1   empty                 WHOLE          yes
  L = H            at most 16 KiB        TORN_TAIL      yes, after T is cut off: it was never synced
  L < H            empty                 CUT            no: records were cut off
  any              anything else         BROKEN         no: record L + 1 is damaged
  L > H + 1        any                   HEAD_MISMATCH  no; UNANCHORED where there is no head at all
  hash of H is not the head's            HEAD_MISMATCH  no
*/
export type AuditVerdict =
  | "EMPTY"
  | "WHOLE"
  | "TORN_TAIL"
  | "CUT"
  | "BROKEN"
  | "HEAD_MISMATCH"
  | "UNANCHORED";

/** What a log is found to be. */
export interface AuditExamination {
  readonly verdict: AuditVerdict;
  /** Records whose chain holds, from the first. */
  readonly records: number;
  readonly lastHash: string;
  /** Number of the first record that is damaged or missing; null where none is. */
  readonly brokenSequence: number | null;
  /** Bytes of the log that hold records, and those after them. */
  readonly wholeBytes: number;
  readonly tailBytes: number;
  /** One sentence for people. */
  readonly message: string;
}

/** Whether a host may go on writing the log. */
export function isUsable({ verdict }: AuditExamination): boolean {
  return verdict === "EMPTY" || verdict === "WHOLE" || verdict === "TORN_TAIL";
}

interface Walk {
  records: number;
  lastHash: string;
  /** Hash of the record that the head names; null when it was not met. */
  hashAtHead: string | null;
  wholeBytes: number;
  tailBytes: number;
}

/** Walks the log of a directory from its first record. Changes nothing. `onRecord` sees each record whose chain holds. */
export function examineAudit(
  disk: Disk,
  directory: string,
  onRecord: (record: AuditRecord) => void = () => undefined,
): AuditExamination {
  const head = readHead(disk, directory);
  const walk: Walk = {
    records: 0,
    lastHash: GENESIS_HASH,
    hashAtHead: null,
    wholeBytes: 0,
    tailBytes: 0,
  };
  const headSequence = head === null || head === "DAMAGED" ? 0 : head.sequence;
  if (disk.list(directory).includes(AUDIT_LOG)) {
    for (const line of rawLines(disk, `${directory}/${AUDIT_LOG}`)) {
      if (!step(walk, line, headSequence, onRecord)) break;
    }
  }
  return conclude(walk, head, `${directory}/${AUDIT_LOG}`);
}

/** Takes one line. False when the walk is over. */
function step(
  walk: Walk,
  { bytes, isEnded }: RawLine,
  headSequence: number,
  onRecord: (record: AuditRecord) => void,
): boolean {
  const lengthBytes = bytes.length + (isEnded ? 1 : 0);
  const record = isEnded && walk.tailBytes === 0 ? readAuditLine(bytes) : null;
  if (record === null || record.sequence !== walk.records + 1 || record.previousHash !== walk.lastHash) {
    // A power cut may leave noise, line ends among it, where a record was about to be.
    walk.tailBytes += lengthBytes;
    return walk.tailBytes <= AUDIT_LINE_BYTES_MAX;
  }
  walk.records = record.sequence;
  walk.lastHash = record.hash;
  walk.wholeBytes += lengthBytes;
  if (record.sequence === headSequence) walk.hashAtHead = record.hash;
  onRecord(record);
  return true;
}

function conclude(walk: Walk, head: AuditHead | null | "DAMAGED", path: string): AuditExamination {
  const { records, lastHash, wholeBytes, tailBytes } = walk;
  const verdict = verdictOf(walk, head);
  const isBroken = verdict === "BROKEN" || verdict === "CUT";
  return {
    verdict,
    records,
    lastHash,
    brokenSequence: isBroken ? records + 1 : null,
    wholeBytes,
    tailBytes,
    message: `${path}: ${messageOf(verdict, walk)}`,
  };
}

function verdictOf(walk: Walk, head: AuditHead | null | "DAMAGED"): AuditVerdict {
  const { records, hashAtHead, tailBytes } = walk;
  if (head === "DAMAGED") return "HEAD_MISMATCH";
  const headSequence = head?.sequence ?? 0;
  if (records < headSequence) return tailBytes === 0 ? "CUT" : "BROKEN";
  if (head !== null && hashAtHead !== head.hash) return "HEAD_MISMATCH";
  if (tailBytes > 0)
    return tailBytes <= AUDIT_LINE_BYTES_MAX && records === headSequence ? "TORN_TAIL" : "BROKEN";
  if (records > headSequence + 1) return head === null ? "UNANCHORED" : "HEAD_MISMATCH";
  return records === 0 ? "EMPTY" : "WHOLE";
}

function messageOf(verdict: AuditVerdict, { records, tailBytes }: Walk): string {
  const next = records + 1;
  switch (verdict) {
    case "EMPTY":
      return "no record yet";
    case "WHOLE":
      return `${records} records, the chain holds`;
    case "TORN_TAIL":
      return `${records} records, the chain holds; ${tailBytes} bytes after them were never synced and count for nothing`;
    case "CUT":
      return `record ${next} is missing: ${AUDIT_HEAD} names a later one; restore the file from a copy`;
    case "BROKEN":
      return `record ${next} is damaged or was changed; restore the file from a copy and find out who wrote to it`;
    case "HEAD_MISMATCH":
      return `${AUDIT_HEAD} beside it does not name one of its last two records; restore both files from one copy`;
    case "UNANCHORED":
      return `${records} records, the chain holds, but there is no ${AUDIT_HEAD} beside it: records cut off at the end would not be missed`;
  }
}
