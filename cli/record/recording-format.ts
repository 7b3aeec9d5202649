import type { TapSource } from "../tap/venue-tap.ts";

/** Of the format: a reader refuses a later one. */
export const RECORDING_VERSION = 1;

/**
 * The first line of a recording's file: `# ` and this as JSON. All further lines but those that begin with `#` are messages:
 *
 *     1786309548506659391 market {"channel":"l2_data",…}
 *     └ receive time,     │      └ the message as it was received
 *       ns since 1970     └ market: of the socket; rest: an answer to a request for a snapshot
 */
export interface RecordingHeader {
  readonly format: "sandpit-recording";
  readonly version: number;
  readonly venue: TapSource["kind"];
  readonly addresses: Readonly<Record<string, string>>;
  readonly symbols: readonly string[];
  /** Of the program that wrote it. */
  readonly software: string;
  /** When the recording began, UTC. All files of it have the same. */
  readonly started: string;
  /** Counted from 1. */
  readonly file: number;
}

export function headerLine(header: RecordingHeader): string {
  return `# ${JSON.stringify(header)}\n`;
}

/** Something that happened to the line between two messages; readers pass over it. */
export function eventLine(timeNs: bigint, event: "up" | "down" | "end", text: string): string {
  return `# ${JSON.stringify({ timeNs: String(timeNs), event, text })}\n`;
}

/** The name of a file of a recording: `binance-btcusdt-20261130T164100Z-0001.zst`. */
export function recordingName({ kind, symbols }: TapSource, startedMs: number, file: number): string {
  const what = kind === "binance" ? [kind, ...symbols] : [kind];
  const time = new Date(startedMs).toISOString().replaceAll(/[-:]|\.\d+/g, "");
  return `${what.join("-").toLowerCase()}-${time}-${String(file).padStart(4, "0")}.zst`;
}
