import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { gunzipSync } from "node:zlib";
import type { FrameSet } from "./frame-set.ts";
import { frameSetOf } from "./frame-set.ts";
import { generatedFrames } from "./generated-frames.ts";

export type { FrameSet, InputFile } from "./frame-set.ts";
export { FrameKind, framesOfKind } from "./frame-set.ts";

const SMALL_COUNT = 5000;
const FULL_COUNT = 100_000;
const FILES = ["spot-btcusdt_20240808.gz", "spot-btcusdt_20240809.gz"];

/** Where the frames may come from: the recording unless it is not there or generated ones are asked for. */
export type FrameChoice = "recorded" | "generated";

/** The paths of the recording, or undefined where a file of it is missing. */
export function recordingPaths(): readonly string[] | undefined {
  const directory = process.env["SANDPIT_DATA"] ?? join(import.meta.dirname, "../../../shared/data");
  const paths = FILES.map((file) => join(directory, "binance", file));
  return paths.every((path) => existsSync(path)) ? paths : undefined;
}

/** The frames of a run: all of them, or the first 5,000. */
export function loadFrames(isSmall: boolean, choice: FrameChoice): FrameSet {
  const paths = choice === "recorded" ? recordingPaths() : undefined;
  if (paths === undefined) return generatedFrames(isSmall ? SMALL_COUNT : FULL_COUNT);
  const packed = (isSmall ? paths.slice(0, 1) : paths).map((path) => ({
    name: basename(path),
    bytes: readFileSync(path),
  }));
  const files = packed.map(({ name, bytes }) => ({
    name,
    sha256: createHash("sha256").update(bytes).digest("hex"),
  }));
  const lines = Buffer.concat(packed.map(({ bytes }) => gunzipSync(bytes)));
  return frameSetOf(lines, { source: "recorded", files }, isSmall ? SMALL_COUNT : Number.POSITIVE_INFINITY);
}
