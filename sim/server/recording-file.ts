import { parseRecording } from "../market/index.ts";
import type { Recording } from "../market/index.ts";
import { readInflated } from "./inflated-file.ts";

/** Told after each file of a recording, and once more when its lines have been read. */
export interface RecordingProgress {
  readonly path: string;
  readonly filesDone: number;
  readonly filesTotal: number;
  readonly bytes: number;
}

const NEWLINE = 10;
/** A gigabyte of frames is days of one symbol; more is taken for a mistake or a bomb. */
const INFLATED_BYTES_MAX = 1_073_741_824;

/** Reads recorded frames from plain, gzip or zstd files that continue one another. Throws an Error that names the file. */
export async function readRecording(
  paths: readonly string[],
  onProgress: (progress: RecordingProgress) => void = () => {},
): Promise<Recording> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for (const [index, path] of paths.entries()) {
    const part = await readPart(path);
    parts.push(part);
    // Files are joined by lines: one that does not end its last line gets the end it lacks.
    if (part.length > 0 && part[part.length - 1] !== NEWLINE) parts.push(Uint8Array.of(NEWLINE));
    bytes += part.length;
    onProgress({ path, filesDone: index + 1, filesTotal: paths.length, bytes });
  }
  return parseRecording(Buffer.concat(parts));
}

async function readPart(path: string): Promise<Uint8Array> {
  try {
    return await readInflated(path, INFLATED_BYTES_MAX);
  } catch (cause) {
    throw new Error(
      `The recording ${path} cannot be read; give plain, gzip or zstd files of recorded frames.`,
      {
        cause,
      },
    );
  }
}
