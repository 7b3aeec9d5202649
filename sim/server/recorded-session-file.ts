import { readFile } from "node:fs/promises";
import { promisify } from "node:util";
import { gunzip, zstdDecompress } from "node:zlib";
import { parseRecordedSession } from "../coinbase/index.ts";
import type { RecordedSession } from "../coinbase/index.ts";

const inflateGzip = promisify(gunzip);
const inflateZstd = promisify(zstdDecompress);
const GZIP = 0x1f8b;
const ZSTD = 0x28b5;
/** A V8 string holds half a gigabyte; a session of that length is days. */
const INFLATED_BYTES_MAX = 536_870_888;

/** Reads a recorded session from a plain, gzip or zstd file. Throws an Error that names the file. */
export async function readRecordedSession(path: string): Promise<RecordedSession> {
  try {
    const raw = await readFile(path);
    const magic = raw.length < 2 ? 0 : raw.readUInt16BE(0);
    return parseRecordedSession((await inflate(raw, magic)).toString("utf8"));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`The recorded session ${path} cannot be read: ${reason}`, { cause });
  }
}

function inflate(raw: Buffer, magic: number): Promise<Buffer> {
  const options = { maxOutputLength: INFLATED_BYTES_MAX };
  if (magic === GZIP) return inflateGzip(raw, options);
  return magic === ZSTD ? inflateZstd(raw, options) : Promise.resolve(raw);
}
