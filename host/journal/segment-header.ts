import { crc32c } from "./crc32c.hot.ts";
import { joinHalves, upperHalf } from "./record-layout.ts";

/*
 Header of a segment file, little endian:

     0  u8[8]   magic "SANDPITJ"
     8  u32     crc32c over bytes 12 … 127
    12  u32     format version; bytes 0 … 15 and the CRC's range are the same in every version
    16  u8[16]  session id, random for each boot
    32  u8[32]  account, UTF-8, zero padded
    64  u8[16]  environment, UTF-8, zero padded
    80  u32     segment index, as in the file's name
    84  u32     boot epoch
    88  u64     sequence number of the first record
    96  u64     previous hash: of the last record before this segment (lane A, lane B); 0 at the journal's start
   104  u64     wall clock at the session's start, ns since 1970 (low, high)
   112  u64     sequence number known to be on stable storage when this segment was begun
   120  u8[8]   zeros
*/
export const SEGMENT_HEADER_BYTES = 128;
export const FORMAT_VERSION = 1;
const MAGIC = Buffer.from("SANDPITJ", "latin1");
const ACCOUNT_BYTES = 32;
const ENVIRONMENT_BYTES = 16;
const SESSION_ID_BYTES = 16;

/** Whose journal it is. A segment of another account or environment is never appended to or replayed. */
export interface JournalIdentity {
  /** At most 32 bytes of UTF-8. */
  readonly account: string;
  /** For example "live" or "paper"; at most 16 bytes of UTF-8. */
  readonly environment: string;
}

/** One boot of the host. */
export interface JournalSession {
  /** 16 random bytes. */
  readonly sessionId: Uint8Array;
  /** Boot epoch, 1 … 2^32 - 1. */
  readonly epoch: number;
  /** Wall clock at the session's start in ns since 1970, as two unsigned halves. */
  readonly startWallNsLow: number;
  readonly startWallNsHigh: number;
}

export interface SegmentHeader extends JournalIdentity, JournalSession {
  readonly segmentIndex: number;
  readonly firstSequence: number;
  readonly previousLaneA: number;
  readonly previousLaneB: number;
  readonly syncedSequence: number;
}

/** "DAMAGED": no header can be read; "NEWER": intact, of a format that this program does not know. */
export type SegmentHeaderReading = SegmentHeader | "DAMAGED" | "NEWER";

/** Writes the header into the first 128 bytes of `target`. Throws on an identity that does not fit. */
export function writeSegmentHeader(target: Buffer, header: SegmentHeader): void {
  if (header.sessionId.length !== SESSION_ID_BYTES) {
    throw new RangeError(
      `journal: the session id has ${header.sessionId.length} bytes; pass 16 random bytes`,
    );
  }
  target.fill(0, 0, SEGMENT_HEADER_BYTES);
  MAGIC.copy(target, 0);
  target.writeUInt32LE(FORMAT_VERSION, 12);
  target.set(header.sessionId, 16);
  writeText(target, 32, ACCOUNT_BYTES, "account", header.account);
  writeText(target, 64, ENVIRONMENT_BYTES, "environment", header.environment);
  target.writeUInt32LE(header.segmentIndex, 80);
  target.writeUInt32LE(header.epoch, 84);
  writeSequence(target, 88, header.firstSequence);
  target.writeInt32LE(header.previousLaneA, 96);
  target.writeInt32LE(header.previousLaneB, 100);
  target.writeUInt32LE(header.startWallNsLow, 104);
  target.writeUInt32LE(header.startWallNsHigh, 108);
  writeSequence(target, 112, header.syncedSequence);
  target.writeInt32LE(crc32c(target, 12, SEGMENT_HEADER_BYTES - 12), 8);
}

/** Reads the header in the first 128 bytes of `source`. */
export function readSegmentHeader(source: Buffer): SegmentHeaderReading {
  if (source.length < SEGMENT_HEADER_BYTES || source.compare(MAGIC, 0, MAGIC.length, 0, MAGIC.length) !== 0)
    return "DAMAGED";
  if (source.readInt32LE(8) !== crc32c(source, 12, SEGMENT_HEADER_BYTES - 12)) return "DAMAGED";
  const version = source.readUInt32LE(12);
  if (version !== FORMAT_VERSION) return version > FORMAT_VERSION ? "NEWER" : "DAMAGED";
  return {
    sessionId: new Uint8Array(source.subarray(16, 16 + SESSION_ID_BYTES)),
    account: readText(source, 32, ACCOUNT_BYTES),
    environment: readText(source, 64, ENVIRONMENT_BYTES),
    segmentIndex: source.readUInt32LE(80),
    epoch: source.readUInt32LE(84),
    firstSequence: joinHalves(source.readUInt32LE(88), source.readUInt32LE(92)),
    previousLaneA: source.readInt32LE(96),
    previousLaneB: source.readInt32LE(100),
    startWallNsLow: source.readUInt32LE(104),
    startWallNsHigh: source.readUInt32LE(108),
    syncedSequence: joinHalves(source.readUInt32LE(112), source.readUInt32LE(116)),
  };
}

function writeSequence(target: Buffer, offset: number, sequence: number): void {
  target.writeUInt32LE(sequence >>> 0, offset);
  target.writeUInt32LE(upperHalf(sequence), offset + 4);
}

function writeText(target: Buffer, offset: number, capacity: number, field: string, text: string): void {
  const length = Buffer.byteLength(text);
  if (length === 0 || length > capacity || text.includes("\0")) {
    throw new RangeError(
      `journal: ${field} "${text}" takes ${length} bytes; it must take 1 to ${capacity}, none of them zero`,
    );
  }
  target.write(text, offset, "utf8");
}

function readText(source: Buffer, offset: number, capacity: number): string {
  const text = source.toString("utf8", offset, offset + capacity);
  const end = text.indexOf("\0");
  return end < 0 ? text : text.slice(0, end);
}
