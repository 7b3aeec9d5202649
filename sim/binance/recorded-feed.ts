import { FRAME_KIND } from "../market/index.ts";
import type { MarketListener, Recording } from "../market/index.ts";
import { depthSnapshot } from "./market-publisher.ts";
import type { VenueMarket } from "./venue-market.ts";
import type { StreamHub } from "./stream-hub.ts";
import type { SymbolFeed } from "./symbol-feed.ts";

/** A market that follows a recording line by line. */
export interface RecordedVenueMarket extends VenueMarket {
  /** Takes the next line; the time is for the fills that it causes. */
  play(line: number, timeNs?: number): void;
  /** The update id of the book that `depth` gives; -1 while there is none. */
  readonly lastUpdateId: number;
}

/** A recording, and the market that answers to orders during its replay. */
export interface RecordedSource {
  readonly kind: "recorded";
  readonly recording: Recording;
  open(listener: MarketListener): RecordedVenueMarket;
}

const NO_SNAPSHOT = -1;
/** The first line plays a millisecond into the session, so that a venue whose clock stands at 0 has not begun it. */
const LEAD_NS = 1_000_000;
const LEAD_MS = 1;
const STREAM_HEAD = '{"stream":"';
const DATA_HEAD = ',"data":';

/**
 * Replays a recording: each line goes out byte for byte at its recorded time, on its own stream, and the market follows
 * it. Until the book has caught up with the recorded snapshot, a snapshot request is answered with that one, as the
 * recording client was.
 */
export class RecordedFeed implements SymbolFeed {
  readonly #recording: Recording;
  readonly #market: RecordedVenueMarket;
  readonly #hub: StreamHub;
  readonly #streams: readonly string[];
  readonly #snapshotLine: number;
  #line = 0;

  constructor(recording: Recording, market: RecordedVenueMarket, hub: StreamHub) {
    this.#recording = recording;
    this.#market = market;
    this.#hub = hub;
    this.#streams = streamNames(recording);
    this.#snapshotLine = recording.kind.indexOf(FRAME_KIND.snapshot);
  }

  get nextNs(): number {
    const timeNs = this.#recording.timeNs[this.#line];
    return timeNs === undefined ? Infinity : timeNs + LEAD_NS;
  }

  /** Lines played so far. */
  get position(): number {
    return this.#line;
  }

  advance(nowNs: number): void {
    while (this.nextNs <= nowNs) {
      const line = this.#line;
      this.#line = line + 1;
      const timeNs = (this.#recording.timeNs[line] ?? 0) + LEAD_NS;
      this.#market.play(line, timeNs);
      this.#publish(line, timeNs);
    }
  }

  /** The recorded public streams do not show our orders. */
  commandDone(): void {}

  snapshot(levelsMax: number): string {
    const recorded =
      this.#snapshotLine === NO_SNAPSHOT ? -1 : (this.#recording.lastUpdateId[this.#snapshotLine] ?? -1);
    if (recorded >= 0 && this.#market.lastUpdateId <= recorded) return this.#recordedSnapshot(levelsMax);
    return depthSnapshot(Math.max(0, this.#market.lastUpdateId), this.#market.depth(levelsMax));
  }

  #publish(line: number, timeNs: number): void {
    const stream = this.#streams[this.#recording.kind[line] ?? 0];
    if (stream === undefined || stream === "") return;
    const { bytes, jsonBegin, jsonEnd } = this.#recording;
    const begin = jsonBegin[line] ?? 0;
    const end = jsonEnd[line] ?? 0;
    const dataBegin = begin + STREAM_HEAD.length + stream.length + 1 + DATA_HEAD.length;
    // The payload is what stands between `"data":` and the closing brace of the combined frame.
    this.#hub.publishBytes(stream, timeNs, bytes.subarray(begin, end), bytes.subarray(dataBegin, end - 1));
  }

  #recordedSnapshot(levelsMax: number): string {
    const text = lineText(this.#recording, this.#snapshotLine);
    const { lastUpdateId, bids, asks } = JSON.parse(text) as {
      lastUpdateId: number;
      bids: string[][];
      asks: string[][];
    };
    if (bids.length <= levelsMax && asks.length <= levelsMax) return text;
    return JSON.stringify({ lastUpdateId, bids: bids.slice(0, levelsMax), asks: asks.slice(0, levelsMax) });
  }
}

/** Epoch ms at which the session must start so that the recorded event times agree with the venue's clock. */
export function recordingStartMs(recording: Recording): number {
  for (let line = 0; line < recording.length; line += 1) {
    const match = /"E":([0-9]{13})\b/.exec(lineText(recording, line));
    if (match !== null)
      return Number(match[1]) - Math.floor((recording.timeNs[line] ?? 0) / 1_000_000) - LEAD_MS;
  }
  return Number(recording.startEpochNs / 1_000_000n) - LEAD_MS;
}

/** The stream of each kind of frame, read from the first line of that kind; snapshots belong to none. */
function streamNames(recording: Recording): readonly string[] {
  const names: string[] = ["", "", "", "", ""];
  for (const kind of [FRAME_KIND.depth, FRAME_KIND.bookTicker, FRAME_KIND.trade]) {
    const line = recording.kind.indexOf(kind);
    if (line < 0) continue;
    const match = /^\{"stream":"([^"]+)","data":/.exec(lineText(recording, line));
    if (match === null)
      throw new Error(`recording line ${line + 1} is no combined-stream frame with "stream" first`);
    names[kind] = match[1] ?? "";
  }
  return names;
}

function lineText(recording: Recording, line: number): string {
  const view = recording.bytes.subarray(recording.jsonBegin[line] ?? 0, recording.jsonEnd[line] ?? 0);
  return new TextDecoder().decode(view);
}
