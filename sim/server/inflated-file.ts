import { readFile } from "node:fs/promises";
import { promisify } from "node:util";
import { constants, gunzip, zstdDecompress } from "node:zlib";

const inflateGzip = promisify(gunzip);
const inflateZstd = promisify(zstdDecompress);
const GZIP = 0x1f8b;
const ZSTD = 0x28b5;
const NEWLINE = 10;
const COMMENT = 35;

/**
 * What a plain, gzip or zstd file holds. The file of a recorder that was killed ends somewhere: it is read as far as it goes, and of a recording with a header,
 * which begins with `#`, a last line without an end is left out.
 */
export async function readInflated(path: string, bytesMax: number): Promise<Uint8Array> {
  const raw = await readFile(path);
  const magic = raw.length < 2 ? 0 : raw.readUInt16BE(0);
  const bytes = await inflate(raw, magic, bytesMax);
  return bytes[0] === COMMENT ? bytes.subarray(0, bytes.lastIndexOf(NEWLINE) + 1) : bytes;
}

function inflate(raw: Buffer, magic: number, maxOutputLength: number): Promise<Buffer> {
  if (magic === GZIP) return inflateGzip(raw, { maxOutputLength });
  if (magic !== ZSTD) return Promise.resolve(raw);
  return inflateZstd(raw, { maxOutputLength, finishFlush: constants.ZSTD_e_flush });
}
