import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import type { BookDeltaValues, Level } from "./book-records.ts";

/** A line of the BTCUSDT recordings, prices and sizes as mantissas at exponent -8. */
export type RecordedEvent =
  | { readonly kind: "delta" | "snapshot"; readonly values: BookDeltaValues }
  | {
      readonly kind: "quote";
      readonly updateId: number;
      readonly best: readonly [number, number, number, number];
    };

const dataDirectory = process.env["SANDPIT_DATA"] ?? join(import.meta.dirname, "../../../shared/data");

/** The two files of one gap-free session, 650 s, in order. */
export const recordedDepthFiles: readonly string[] = ["20240808", "20240809"].map((day) =>
  join(dataDirectory, `binance/spot-btcusdt_${day}.gz`),
);

/** The first recording that is not there, undefined when both are. */
export function missingRecording(): string | undefined {
  return recordedDepthFiles.find((file) => !existsSync(file));
}

/** BTCUSDT's tick of 0.01 as a mantissa at exponent -8. */
export const RECORDED_TICK_SIZE = 1_000_000;

/** Reads depth, bookTicker and snapshot lines of both files, in order; trades are left out. */
export function* recordedDepthEvents(): Generator<RecordedEvent> {
  for (const file of recordedDepthFiles) {
    for (const line of gunzipSync(readFileSync(file)).toString("latin1").split("\n")) {
      if (line === "") continue;
      const event = parseLine(JSON.parse(line.slice(line.indexOf(" ") + 1)) as RecordedJson);
      if (event !== undefined) yield event;
    }
  }
}

interface RecordedJson {
  readonly stream?: string;
  readonly data?: {
    readonly U: number;
    readonly u: number;
    readonly b: string | readonly StringLevel[];
    readonly a: string | readonly StringLevel[];
    readonly B: string;
    readonly A: string;
  };
  readonly lastUpdateId: number;
  readonly bids: readonly StringLevel[];
  readonly asks: readonly StringLevel[];
}
type StringLevel = readonly [string, string];

function parseLine(json: RecordedJson): RecordedEvent | undefined {
  const { data, stream } = json;
  if (data === undefined) {
    const ids = { firstUpdateId: json.lastUpdateId, lastUpdateId: json.lastUpdateId };
    return {
      kind: "snapshot",
      values: { ...ids, snapshot: 1, bids: levels(json.bids), asks: levels(json.asks) },
    };
  }
  const { a, b } = data;
  if (typeof a === "string" || typeof b === "string") {
    if (stream?.endsWith("@bookTicker") !== true) return undefined;
    const best = [mantissa(String(b)), mantissa(data.B), mantissa(String(a)), mantissa(data.A)] as const;
    return { kind: "quote", updateId: data.u, best };
  }
  if (stream?.endsWith("@depth@100ms") !== true) return undefined;
  const ids = { firstUpdateId: data.U, lastUpdateId: data.u };
  return { kind: "delta", values: { ...ids, bids: levels(b), asks: levels(a) } };
}

function levels(pairs: readonly StringLevel[]): Level[] {
  return pairs.map(([price, size]) => [mantissa(price), mantissa(size)]);
}

/** The venue writes eight decimals, always: leaving out the point is the conversion to exponent -8. */
function mantissa(text: string): number {
  const value = Number(text.replace(".", ""));
  if (text.length - text.indexOf(".") !== 9 || !Number.isSafeInteger(value)) {
    throw new Error(`recorded depth: "${text}" is not a decimal with eight places`);
  }
  return value;
}
