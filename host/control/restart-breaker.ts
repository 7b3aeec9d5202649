import { crc32c } from "../journal/index.ts";
import type { Disk } from "../platform/disk/index.ts";
import { replaceFile } from "../platform/disk/index.ts";

/*
 [C11] When this host was started, beside its journal. The file is replaced whole by a rename:

    0  u8[8]  magic "SANDPITR"
    8  u32    times in the file
   12  u32    1: the breaker has tripped, and nobody has acknowledged it
   16  f64    each start, milliseconds since 1970, the oldest first
    …  u32    crc32c over everything before
*/
const MAGIC = Buffer.from("SANDPITR", "latin1");
const NAME = "STARTS";
const HEADER_BYTES = 16;
const TIME_BYTES = 8;
const CRC_BYTES = 4;
const FILE_BYTES_MAX = 65_536;

export interface RestartLimits {
  /** Starts within the window, the one at hand counted, that need no person. */
  readonly startsMax: number;
  readonly windowSeconds: number;
}

interface Starts {
  readonly timesMs: readonly number[];
  readonly isTripped: boolean;
}

/**
 * [C11] A supervisor that starts a host again and again, armed by its command line, would let it trade for a moment each time: with its limits counted anew, and with whatever kills it
 * still there. More starts within the window than configured trip this breaker. It stays tripped, over further starts too, until a person acknowledges it; cancels flow meanwhile.
 * A file that cannot be read counts as tripped: nobody knows how often there was a start.
 */
export class RestartBreaker {
  private starts: Starts;
  /** What the last acknowledgement did away with. */
  private acknowledged: Starts | null = null;
  private readonly disk: Disk;
  private readonly directory: string;
  private readonly limits: RestartLimits;
  private readonly wasDamaged: boolean;

  private constructor(
    disk: Disk,
    directory: string,
    limits: RestartLimits,
    starts: Starts,
    wasDamaged: boolean,
  ) {
    this.disk = disk;
    this.directory = directory;
    this.limits = limits;
    this.starts = starts;
    this.wasDamaged = wasDamaged;
  }

  /** Counts a start, on stable storage before it returns. Call with the journal's lock held. Throws DiskError where it cannot be written down. */
  static count(disk: Disk, directory: string, limits: RestartLimits, nowMs: number): RestartBreaker {
    const last = readStarts(disk, directory);
    // A time in the future is a clock that went back: it counts, so that no clock opens the breaker.
    const isRecent = (timeMs: number): boolean => timeMs > nowMs - limits.windowSeconds * 1_000;
    const recent = (last?.timesMs ?? []).filter(isRecent).slice(-limits.startsMax);
    const timesMs = [...recent, nowMs];
    const isTripped = last === null || last.isTripped || timesMs.length > limits.startsMax;
    const starts = { timesMs, isTripped };
    writeStarts(disk, directory, starts);
    return new RestartBreaker(disk, directory, limits, starts, last === null);
  }

  /** Why nobody may arm; null where the breaker has not tripped. */
  get refusal(): string | null {
    if (!this.starts.isTripped) return null;
    const { startsMax, windowSeconds } = this.limits;
    const what = this.wasDamaged
      ? `the count of starts in ${this.directory}/${NAME} could not be read`
      : `this host was started more than ${startsMax} times within ${windowSeconds} s`;
    return `SANDPIT_RESTART_BREAKER: ${what}; find out what ends it, then \`sandpit rearm --acknowledge-restarts --reason "what it was"\``;
  }

  /** A person has looked: the count begins anew. */
  acknowledge(): void {
    if (!this.starts.isTripped) return;
    const starts = { timesMs: [], isTripped: false };
    writeStarts(this.disk, this.directory, starts);
    this.acknowledged = this.starts;
    this.starts = starts;
  }

  /** The last acknowledgement counts no more. */
  withdraw(): void {
    if (this.acknowledged === null) return;
    writeStarts(this.disk, this.directory, { ...this.acknowledged, isTripped: true });
    this.starts = this.acknowledged;
    this.acknowledged = null;
  }
}

/** What the file says; nothing where there is none; null where it is damaged. */
function readStarts(disk: Disk, directory: string): Starts | null {
  if (!disk.list(directory).includes(NAME)) return { timesMs: [], isTripped: false };
  const file = disk.open(`${directory}/${NAME}`, "read");
  const length = disk.sizeBytes(file);
  const bytes = Buffer.alloc(Math.min(length, FILE_BYTES_MAX));
  const read = disk.readAt(file, bytes, 0, bytes.length, 0);
  disk.close(file);
  if (length > FILE_BYTES_MAX || read !== length || length < HEADER_BYTES + CRC_BYTES) return null;
  const count = bytes.readUInt32LE(8);
  const end = HEADER_BYTES + count * TIME_BYTES;
  if (length !== end + CRC_BYTES || bytes.compare(MAGIC, 0, 8, 0, 8) !== 0) return null;
  if (bytes.readInt32LE(end) !== crc32c(bytes, 0, end)) return null;
  const timesMs = Array.from({ length: count }, (_, place) =>
    bytes.readDoubleLE(HEADER_BYTES + place * TIME_BYTES),
  );
  return { timesMs, isTripped: bytes.readUInt32LE(12) !== 0 };
}

function writeStarts(disk: Disk, directory: string, { timesMs, isTripped }: Starts): void {
  const end = HEADER_BYTES + timesMs.length * TIME_BYTES;
  const bytes = Buffer.alloc(end + CRC_BYTES);
  MAGIC.copy(bytes);
  bytes.writeUInt32LE(timesMs.length, 8);
  bytes.writeUInt32LE(isTripped ? 1 : 0, 12);
  for (const [place, timeMs] of timesMs.entries())
    bytes.writeDoubleLE(timeMs, HEADER_BYTES + place * TIME_BYTES);
  bytes.writeInt32LE(crc32c(bytes, 0, end), end);
  replaceFile(
    disk,
    directory,
    NAME,
    bytes,
    `the count of starts cannot be written in ${directory}; check space and device`,
  );
}
