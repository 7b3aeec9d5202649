import { readFileSync } from "node:fs";
import { SocketWire, SystemClock, SystemRandom, SystemTimers } from "../../host/platform/index.ts";
import type { NoticeLog } from "../live/notice-log.ts";
import type { StopReason } from "../live/stop-request.ts";
import type { MarketTap } from "../tap/market-tap.ts";
import type { TapSource } from "../tap/venue-tap.ts";
import { openTap } from "../tap/venue-tap.ts";
import { SOFTWARE } from "./software.ts";
import { RecordingWriter } from "./recording-writer.ts";

const FLUSH_MS = 1000;
const PROGRESS_MS = 2000;
const NS_PER_MS = 1_000_000n;

export interface RecordingSessionOptions {
  readonly directory: string;
  /** Each is recorded into files of its own. */
  readonly sources: readonly TapSource[];
  readonly fileBytesMax: number;
  /** File with certificates of further authorities. */
  readonly ca: string | null;
  readonly log: NoticeLog;
  readonly onProgress: (text: string) => void;
  readonly onFailure: () => void;
}

/** What was recorded of one source. */
export interface SourceReport {
  readonly venue: string;
  readonly symbols: readonly string[];
  readonly lines: number;
  readonly bytes: number;
  readonly compressedBytes: number;
  /** How often the line was lost, or made anew for a gap. */
  readonly losses: number;
  readonly files: readonly string[];
}

export interface RecordingReport {
  readonly reason: StopReason;
  readonly seconds: number;
  /** Why it broke off; null: it did not. */
  readonly failure: string | null;
  readonly sources: readonly SourceReport[];
}

interface Track {
  readonly source: TapSource;
  readonly tap: MarketTap;
  readonly writer: RecordingWriter;
  losses: number;
  isUp: boolean;
}

/** Taps of some sources, each written by a writer of its own. */
export class RecordingSession {
  private readonly options: RecordingSessionOptions;
  private readonly tracks: readonly Track[];
  private readonly startMs = performance.now();
  private readonly timers: NodeJS.Timeout[] = [];
  private readonly zeroNs: bigint;
  private failure: string | null = null;

  constructor(options: RecordingSessionOptions) {
    this.options = options;
    const startedMs = Date.now();
    // Stamps come from the monotonic clock: the wall clock may be set back in between, and a recording's times never fall.
    this.zeroNs = BigInt(startedMs) * NS_PER_MS - process.hrtime.bigint();
    const wire = new SocketWire(options.ca === null ? null : readFileSync(options.ca, "utf8"));
    const ports = { wire, timers: new SystemTimers(), clock: new SystemClock(), random: new SystemRandom() };
    this.tracks = options.sources.map((source) => this.track(source, startedMs, ports));
  }

  start(): void {
    for (const { tap } of this.tracks) tap.start();
    this.timers.push(
      setInterval(() => this.tracks.forEach(({ writer }) => writer.flush()), FLUSH_MS),
      setInterval(() => this.options.onProgress(this.progress()), PROGRESS_MS),
    );
  }

  /** Resolves when every message that arrived is in a closed file. */
  async stop(reason: StopReason): Promise<RecordingReport> {
    for (const timer of this.timers) clearInterval(timer);
    for (const { tap } of this.tracks) tap.stop();
    await Promise.all(this.tracks.map(({ writer }) => writer.close(this.nowNs())));
    return {
      reason,
      seconds: Number(((performance.now() - this.startMs) / 1000).toFixed(3)),
      failure: this.failure,
      sources: this.tracks.map(({ source, writer, losses }) => ({
        venue: source.kind,
        symbols: source.symbols,
        lines: writer.lines,
        bytes: writer.bytes,
        compressedBytes: writer.compressedBytes,
        losses,
        files: writer.paths,
      })),
    };
  }

  /** The report for people. */
  text({ seconds, reason, sources }: RecordingReport): string {
    const lines = sources.flatMap(
      ({ venue, symbols, lines: count, bytes, compressedBytes, losses, files }) => [
        `${venue} ${symbols.join(" ")}: ${count.toLocaleString("en-US")} messages, ${megabytes(bytes)} MB in ${megabytes(compressedBytes)} MB, line lost ${losses} times`,
        ...files.map((path) => `  ${path}`),
      ],
    );
    return `recorded ${seconds.toFixed(1)} s, ended by ${reason}\n${lines.join("\n")}\n`;
  }

  private track(source: TapSource, startedMs: number, ports: Parameters<typeof openTap>[1]): Track {
    const { directory, fileBytesMax, log } = this.options;
    const writer = new RecordingWriter({
      directory,
      source,
      startedMs,
      software: SOFTWARE,
      fileBytesMax,
      onFailure: (reason) => {
        this.failure ??= reason;
        log.write("error", `recording stops: ${reason}`);
        this.options.onFailure();
      },
    });
    const name = `${source.kind} ${source.symbols.join(" ")}`;
    const tap = openTap(source, ports, {
      onFrame: (channel, bytes, lengthBytes) => writer.frame(this.nowNs(), channel, bytes, lengthBytes),
      onUp: () => {
        track.isUp = true;
        writer.event(this.nowNs(), "up", "connected");
        log.write("info", `${name}: connected`);
      },
      onDown: (reason) => {
        if (track.isUp) track.losses += 1;
        track.isUp = false;
        writer.event(this.nowNs(), "down", reason);
        log.write("warn", `${name}: line lost: ${reason}; connecting again`);
      },
      onNotice: (level, text) => log.write(level, text),
    });
    const track: Track = { source, tap, writer, losses: 0, isUp: false };
    return track;
  }

  private nowNs(): bigint {
    return this.zeroNs + process.hrtime.bigint();
  }

  private progress(): string {
    return this.tracks
      .map(
        ({ source, writer, isUp, losses }) =>
          `${isUp ? "●" : "○"} ${source.kind} ${source.symbols.join(" ")}  ${writer.lines.toLocaleString("en-US")} messages  ${megabytes(writer.bytes)} MB (${megabytes(writer.compressedBytes)} MB on disk)  lost ${losses}`,
      )
      .join("   ");
  }
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(1);
}
