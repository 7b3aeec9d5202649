import { createWriteStream } from "node:fs";
import type { WriteStream } from "node:fs";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { constants, createZstdCompress } from "node:zlib";
import type { ZstdCompress } from "node:zlib";
import type { TapChannel } from "../tap/market-tap.ts";
import type { TapSource } from "../tap/venue-tap.ts";
import { eventLine, headerLine, recordingName, RECORDING_VERSION } from "./recording-format.ts";

/** What is not with the disk yet: a disk that is this far behind is not coming back. */
const BACKLOG_BYTES_MAX = 67_108_864;
const LEVEL = 6;
const NEWLINE = Buffer.from("\n");

export interface RecordingWriterOptions {
  readonly directory: string;
  readonly source: TapSource;
  readonly startedMs: number;
  readonly software: string;
  /** Of messages in one file, before they are compressed. */
  readonly fileBytesMax: number;
  /** How a file is named, by its number; `recordingName` where it is left out. */
  readonly nameOf?: (file: number) => string;
  /** The recording cannot go on: what was written until then is good. Called once. */
  readonly onFailure: (reason: string) => void;
}

interface OpenFile {
  readonly path: string;
  readonly compress: ZstdCompress;
  readonly target: WriteStream;
  readonly written: Promise<void>;
  bytes: number;
}

/** Writes messages into compressed files that follow one another. */
export class RecordingWriter {
  /** Of all files. */
  lines = 0;
  bytes = 0;
  readonly paths: string[] = [];
  private readonly options: RecordingWriterOptions;
  private file: OpenFile | null = null;
  private readonly closing: Promise<void>[] = [];
  private hasFailed = false;

  constructor(options: RecordingWriterOptions) {
    this.options = options;
  }

  /** Of the compressed files as far as they are with the system. */
  get compressedBytes(): number {
    return this.closedBytes + (this.file?.target.bytesWritten ?? 0);
  }

  private closedBytes = 0;

  /** One message. The bytes are copied. */
  frame(timeNs: bigint, channel: TapChannel, bytes: Uint8Array, lengthBytes: number): void {
    if (this.hasFailed) return;
    const file = this.current();
    const head = Buffer.from(`${timeNs} ${channel} `);
    file.compress.write(Buffer.concat([head, bytes.subarray(0, lengthBytes), NEWLINE]));
    const length = head.length + lengthBytes + 1;
    file.bytes += length;
    this.bytes += length;
    this.lines += 1;
    if (file.compress.writableLength > BACKLOG_BYTES_MAX)
      this.fail(`the disk is ${BACKLOG_BYTES_MAX / 1e6} MB behind`);
    if (file.bytes >= this.options.fileBytesMax) this.closeFile();
  }

  event(timeNs: bigint, event: "up" | "down", text: string): void {
    if (!this.hasFailed) this.current().compress.write(eventLine(timeNs, event, text));
  }

  /** Hands to the system what the compressor holds back: after a crash no more than what came since then is lost. */
  flush(): void {
    this.file?.compress.flush();
  }

  /** Resolves when all of it is in files that are closed. */
  async close(timeNs: bigint): Promise<void> {
    // Where the last message filled a file, the mark has one of its own: without it the recording would look torn.
    if (this.paths.length > 0 && !this.hasFailed)
      this.current().compress.write(eventLine(timeNs, "end", "stopped"));
    this.closeFile();
    await Promise.all(this.closing);
  }

  private current(): OpenFile {
    this.file ??= this.open();
    return this.file;
  }

  private open(): OpenFile {
    const { directory, source, startedMs, software, nameOf } = this.options;
    const number = this.paths.length + 1;
    const name = nameOf?.(number) ?? recordingName(source, startedMs, number);
    const path = join(directory, name);
    const compress = createZstdCompress({ params: { [constants.ZSTD_c_compressionLevel]: LEVEL } });
    const target = createWriteStream(path, { flags: nameOf === undefined ? "wx" : "w" });
    const written = pipeline(compress, target).catch((error: unknown) => {
      this.fail(`${path}: ${error instanceof Error ? error.message : String(error)}`);
    });
    this.paths.push(path);
    compress.write(
      headerLine({
        format: "sandpit-recording",
        version: RECORDING_VERSION,
        venue: source.kind,
        addresses: source.addresses,
        symbols: source.symbols,
        software,
        started: new Date(startedMs).toISOString(),
        file: number,
      }),
    );
    return { path, compress, target, written, bytes: 0 };
  }

  private closeFile(): void {
    const { file } = this;
    this.file = null;
    if (file === null) return;
    file.compress.end();
    this.closing.push(
      file.written.then(() => {
        this.closedBytes += file.target.bytesWritten;
      }),
    );
  }

  private fail(reason: string): void {
    if (this.hasFailed) return;
    this.hasFailed = true;
    this.options.onFailure(reason);
  }
}
