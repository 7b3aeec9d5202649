import type { Disk } from "../../platform/disk/index.ts";
import { DiskCode, DiskError, replaceFile } from "../../platform/disk/index.ts";
import { AUDIT_LINE_BYTES_MAX } from "./audit-record.ts";

export const AUDIT_LOG = "audit.log";
/** Number and hash of the last record that was synced. Without it, records cut off at the end would not be missed. */
export const AUDIT_HEAD = "AUDIT-HEAD";

const CHUNK_BYTES = 65_536;
const LF = 0x0a;
const HEAD_BYTES_MAX = 128;
const HEAD = /^\{"sequence":([1-9]\d{0,14}),"hash":"([0-9a-f]{64})"\}\n$/;

export interface AuditHead {
  readonly sequence: number;
  readonly hash: string;
}

export interface RawLine {
  /** Without the line's end. */
  readonly bytes: Uint8Array;
  readonly isEnded: boolean;
}

/** The lines of a file, in order. A line longer than a record may be ends the walk, cut, so that no file can ask for memory. */
export function* rawLines(disk: Disk, path: string): Generator<RawLine> {
  const file = disk.open(path, "read");
  try {
    const window = Buffer.alloc(CHUNK_BYTES + AUDIT_LINE_BYTES_MAX);
    let held = 0;
    let position = 0;
    for (;;) {
      const read = disk.readAt(file, window, held, CHUNK_BYTES, position);
      if (read === DiskCode.AGAIN) continue;
      if (read < 0) throw new DiskError("FAILED", `audit: ${path} cannot be read; check the device`);
      position += read;
      const filled = held + read;
      let start = 0;
      for (let end = nextEnd(window, 0, filled); end >= 0; end = nextEnd(window, start, filled)) {
        yield { bytes: Buffer.from(window.subarray(start, end)), isEnded: true };
        start = end + 1;
      }
      held = filled - start;
      if (held > 0 && (read === 0 || held >= AUDIT_LINE_BYTES_MAX)) {
        yield { bytes: Buffer.from(window.subarray(start, filled)), isEnded: false };
        return;
      }
      if (read === 0) return;
      window.copyWithin(0, start, filled);
    }
  } finally {
    disk.close(file);
  }
}

function nextEnd(window: Buffer, start: number, filled: number): number {
  const end = window.indexOf(LF, start);
  return end < filled ? end : -1;
}

/** The head, null where there is none, "DAMAGED" where the file is not one. */
export function readHead(disk: Disk, directory: string): AuditHead | null | "DAMAGED" {
  if (!disk.list(directory).includes(AUDIT_HEAD)) return null;
  const file = disk.open(`${directory}/${AUDIT_HEAD}`, "read");
  const bytes = Buffer.alloc(HEAD_BYTES_MAX);
  const read = disk.readAt(file, bytes, 0, HEAD_BYTES_MAX, 0);
  disk.close(file);
  const match = HEAD.exec(bytes.toString("latin1", 0, Math.max(0, read)));
  return match === null ? "DAMAGED" : { sequence: Number(match[1]), hash: match[2] ?? "" };
}

export function headBytes({ sequence, hash }: AuditHead): Buffer {
  return Buffer.from(`${JSON.stringify({ sequence, hash })}\n`, "latin1");
}

/** Replaces the head whole, and stable: one that a power cut took back further than one record would look like a forged one. Throws DiskError. */
export function writeHead(disk: Disk, directory: string, head: AuditHead): void {
  const bytes = headBytes(head);
  replaceFile(
    disk,
    directory,
    AUDIT_HEAD,
    bytes,
    `audit: the head cannot be written in ${directory}; check space and device`,
  );
}
