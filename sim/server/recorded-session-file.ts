import { parseRecordedSession } from "../coinbase/index.ts";
import type { RecordedSession } from "../coinbase/index.ts";
import { readInflated } from "./inflated-file.ts";

/** A V8 string holds half a gigabyte; a session of that length is days. */
const INFLATED_BYTES_MAX = 536_870_888;

/** Reads a recorded session from plain, gzip or zstd files that continue one another. Throws an Error that names the file. */
export async function readRecordedSession(...paths: readonly string[]): Promise<RecordedSession> {
  const texts: string[] = [];
  for (const path of paths) texts.push(await readText(path));
  try {
    return parseRecordedSession(texts.join("\n"));
  } catch (cause) {
    throw unreadable(paths.join(", "), cause);
  }
}

async function readText(path: string): Promise<string> {
  try {
    return Buffer.from(await readInflated(path, INFLATED_BYTES_MAX)).toString("utf8");
  } catch (cause) {
    throw unreadable(path, cause);
  }
}

function unreadable(path: string, cause: unknown): Error {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new Error(`The recorded session ${path} cannot be read: ${reason}`, { cause });
}
