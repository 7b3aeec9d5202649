import type { Disk, DiskFile } from "../platform/disk/index.ts";
import { DiskCode, DiskError } from "../platform/disk/index.ts";
import { JournalCode } from "./journal-code.ts";
import { RecordSealer } from "./record-seal.hot.ts";
import type { JournalIdentity, JournalSession } from "./segment-header.ts";
import { SEGMENT_HEADER_BYTES, writeSegmentHeader } from "./segment-header.ts";
import { segmentName } from "./segment-name.ts";
import { SpaceReserve } from "./space-reserve.ts";

// A regular file answers EAGAIN or takes nothing only while a signal storm lasts; beyond this the device is broken.
const IDLE_ATTEMPTS_MAX = 1000;

/** Where the journal stands between two records: what the next segment continues. */
export interface JournalPosition {
  /** Index of the last segment on disk, 0 where there is none. */
  readonly segmentIndex: number;
  /** Sequence number of the last record, 0 where there is none. */
  readonly sequence: number;
  readonly laneA: number;
  readonly laneB: number;
}

/**
 * Owns the current segment file: begins segments, writes to completion, syncs. Any failed write or sync is final (`FAILED`), since what
 * reached the disk is then unknown. Not in the hot dialect: it runs once for each write, and its cost is that of the system call.
 */
export class SegmentWriter {
  /** Bytes of the segment, header included. */
  usedBytes = 0;
  /** Bytes that the last `write` took, also when it refused. */
  takenBytes = 0;
  /** Chain hash of the current segment's header: what the first record of the segment continues. */
  headerLaneA = 0;
  headerLaneB = 0;
  segmentIndex: number;
  /** The reserve was spent: take urgent records only. */
  full = false;
  failed = false;
  /** The text of the failure, for the log. */
  failure = "";
  readonly #disk: Disk;
  readonly #directory: string;
  readonly #identity: JournalIdentity;
  readonly #session: JournalSession;
  readonly #reserve: SpaceReserve;
  readonly #sealer: RecordSealer = new RecordSealer();
  readonly #headerWords: Int32Array = new Int32Array(SEGMENT_HEADER_BYTES / 4);
  #file: DiskFile | undefined;

  constructor(
    disk: Disk,
    directory: string,
    identity: JournalIdentity,
    session: JournalSession,
    segmentIndex: number,
    reserveBytes: number,
  ) {
    this.#disk = disk;
    this.#directory = directory;
    this.#identity = identity;
    this.#session = session;
    this.segmentIndex = segmentIndex;
    this.#reserve = new SpaceReserve(disk, directory, reserveBytes);
  }

  /** Closes the current segment and begins the next, whose first record will follow `sequence`. Syncs neither. */
  begin(sequence: number, laneA: number, laneB: number, syncedSequence: number): number {
    if (this.failed) return JournalCode.FAILED;
    const header = Buffer.from(this.#headerWords.buffer);
    writeSegmentHeader(header, {
      ...this.#identity,
      ...this.#session,
      segmentIndex: this.segmentIndex + 1,
      firstSequence: sequence + 1,
      previousLaneA: laneA,
      previousLaneB: laneB,
      syncedSequence,
    });
    try {
      if (this.#file !== undefined) this.#disk.close(this.#file);
      this.#file = undefined;
      this.#file = this.#create(`${this.#directory}/${segmentName(this.segmentIndex + 1)}`);
    } catch (error) {
      return this.#fail(error);
    }
    this.segmentIndex++;
    this.usedBytes = 0;
    this.#sealer.digest(this.#headerWords, 0, this.#headerWords.length);
    this.headerLaneA = this.#sealer.laneA;
    this.headerLaneB = this.#sealer.laneB;
    const code = this.write(header, 0, SEGMENT_HEADER_BYTES);
    // A header that does not even fit into the reserve leaves nothing to append to.
    return code < 0
      ? this.#fail(
          new DiskError(
            "FULL",
            `journal: no space for a segment in ${this.#directory}; free space and restart`,
          ),
        )
      : code;
  }

  /** Appends to completion. JOURNAL_FULL: `takenBytes` were taken, the rest may be offered again. FAILED: final. */
  write(source: Uint8Array, offsetBytes: number, lengthBytes: number): number {
    this.takenBytes = 0;
    const file = this.#file;
    if (this.failed || file === undefined) return JournalCode.FAILED;
    let idleAttempts = 0;
    while (this.takenBytes < lengthBytes) {
      const taken = this.#disk.append(
        file,
        source,
        offsetBytes + this.takenBytes,
        lengthBytes - this.takenBytes,
      );
      if (taken > 0) {
        this.takenBytes += taken;
        this.usedBytes += taken;
        idleAttempts = 0;
      } else if (taken === DiskCode.FULL) {
        this.full = true;
        if (!this.#reserve.release()) return JournalCode.JOURNAL_FULL;
      } else if (taken === DiskCode.FAILED || ++idleAttempts > IDLE_ATTEMPTS_MAX) {
        return this.#fail(
          `journal: a write to ${segmentName(this.segmentIndex)} failed; check the device and restart`,
        );
      }
    }
    return JournalCode.OK;
  }

  /** Puts the current segment on stable storage. Fails also when somebody removed the file, since its data would then go nowhere. */
  sync(): number {
    const file = this.#file;
    if (this.failed || file === undefined) return JournalCode.FAILED;
    if (this.#disk.sync(file) < 0)
      return this.#fail(
        `journal: a sync of ${segmentName(this.segmentIndex)} failed; check the device and restart`,
      );
    try {
      if (this.#disk.isLinked(file)) return JournalCode.OK;
    } catch (error) {
      return this.#fail(error);
    }
    return this.#fail(
      `journal: ${segmentName(this.segmentIndex)} was removed while in use; restore it or restart`,
    );
  }

  /** Puts the names of the segments on stable storage. */
  syncDirectory(): number {
    try {
      this.#disk.syncDirectory(this.#directory);
      return JournalCode.OK;
    } catch (error) {
      return this.#fail(error);
    }
  }

  /** Puts every segment from `firstIndex` to the current one, and their names, on stable storage. */
  syncFrom(firstIndex: number): number {
    if (this.failed) return JournalCode.FAILED;
    try {
      for (let index = firstIndex; index < this.segmentIndex; index++)
        syncSegment(this.#disk, this.#directory, index);
    } catch (error) {
      return this.#fail(error);
    }
    const code = this.syncDirectory();
    return code < 0 ? code : this.sync();
  }

  /** Closes the file and removes the reserve. */
  close(): void {
    if (this.#file !== undefined) this.#disk.close(this.#file);
    this.#file = undefined;
    if (!this.failed) this.failure = "journal: closed";
    this.failed = true;
  }

  #create(path: string): DiskFile {
    try {
      return this.#disk.open(path, "create");
    } catch (error) {
      if (!(error instanceof DiskError) || error.code !== "FULL") throw error;
      this.full = true;
      if (!this.#reserve.release()) throw error;
      return this.#disk.open(path, "create");
    }
  }

  #fail(cause: unknown): number {
    this.failed = true;
    this.failure = cause instanceof Error ? cause.message : String(cause);
    return JournalCode.FAILED;
  }
}

/** Puts one segment, found by its index, on stable storage. Throws DiskError. */
export function syncSegment(disk: Disk, directory: string, index: number): void {
  const name = `${directory}/${segmentName(index)}`;
  const file = disk.open(name, "append");
  const code = disk.sync(file);
  disk.close(file);
  if (code < 0)
    throw new DiskError("FAILED", `journal: a sync of ${name} failed; check the device and restart`);
}
