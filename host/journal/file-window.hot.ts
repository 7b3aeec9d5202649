// Hot: asked for every record of a replay; moves the window, and allocates, only where a record lies outside of it.
import type { Disk, DiskFile } from "../platform/disk/index.ts";
import { DiskCode } from "../platform/disk/index.ts";
import { makeRecordMemory } from "./record-memory.ts";

/**
 * A window of a file's bytes in memory, moved forward as it is asked for later offsets. File offsets and window positions agree in their lower three
 * bits, so that what is aligned in the file is aligned here.
 */
export class FileWindow {
  bytes: Buffer;
  words: Int32Array;
  times: Float64Array;
  sizeBytes = 0;
  private startOffset = 0;
  private filledBytes = 0;
  private file: DiskFile | undefined;
  private readonly disk: Disk;

  constructor(disk: Disk, windowBytes: number) {
    const memory = makeRecordMemory(windowBytes);
    this.disk = disk;
    this.bytes = memory.bytes;
    this.words = memory.words;
    this.times = memory.times;
  }

  /** Opens another file, closing the last. */
  open(path: string): void {
    this.close();
    this.file = this.disk.open(path, "read");
    this.sizeBytes = this.disk.sizeBytes(this.file);
    this.startOffset = 0;
    this.filledBytes = 0;
  }

  /** Learns how long a file that is being appended to has become. */
  refresh(): void {
    if (this.file !== undefined) this.sizeBytes = this.disk.sizeBytes(this.file);
  }

  close(): void {
    if (this.file !== undefined) this.disk.close(this.file);
    this.file = undefined;
  }

  /** Position in `bytes` of the `lengthBytes` bytes at `offset`, which must lie within the file; negative where they cannot be read. */
  locate(offset: number, lengthBytes: number): number {
    const position = offset - this.startOffset;
    if (position >= 0 && position + lengthBytes <= this.filledBytes) return position;
    return this.move(offset, lengthBytes);
  }

  private move(offset: number, lengthBytes: number): number {
    const start = offset & ~7;
    const neededBytes = offset - start + lengthBytes;
    if (neededBytes > this.bytes.length) this.grow(neededBytes);
    this.startOffset = start;
    this.filledBytes = 0;
    const file = this.file;
    if (file === undefined) return -1;
    let attempts = 0;
    while (this.filledBytes < neededBytes) {
      const wantedBytes = this.bytes.length - this.filledBytes;
      const read = this.disk.readAt(
        file,
        this.bytes,
        this.filledBytes,
        wantedBytes,
        start + this.filledBytes,
      );
      if (read > 0) this.filledBytes += read;
      else if (read !== DiskCode.AGAIN || ++attempts > 1000) return -1;
    }
    return offset - start;
  }

  private grow(neededBytes: number): void {
    const memory = makeRecordMemory(neededBytes);
    this.bytes = memory.bytes;
    this.words = memory.words;
    this.times = memory.times;
  }
}
