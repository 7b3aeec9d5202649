import { createReadStream } from "node:fs";
import { createGunzip, createZstdDecompress } from "node:zlib";
import type { VenueName } from "../simulation/venue-defaults.ts";
import { UsageError } from "../console/command-error.ts";
import { RECORDING_VERSION } from "./recording-format.ts";
import type { RecordingHeader } from "./recording-format.ts";

/** A header is shorter, and the first words of a message tell whose it is. */
const HEAD_BYTES = 8_192;
const GZIP = 0x1f8b;
const ZSTD = 0x28b5;

/** Whose market data a recording holds: as its header says, or by its first message. A file that cannot be read is Binance's: its reader will say why. Throws UsageError for a format of a later version. */
export async function recordingVenue(path: string): Promise<VenueName> {
  const head = await headOf(path).catch(() => "");
  if (head.startsWith("# ")) {
    const { version, venue } = JSON.parse(head.slice(2, head.indexOf("\n"))) as RecordingHeader;
    if (version > RECORDING_VERSION)
      throw new UsageError(
        `${path} is a recording of version ${version}, and this program reads up to ${RECORDING_VERSION}`,
        "read it with the program that its header names",
      );
    return venue;
  }
  return /"t":"|"channel":"/.test(head.slice(0, 400)) ? "coinbase" : "binance";
}

/** The first bytes of what a plain, gzip or zstd file holds. */
async function headOf(path: string): Promise<string> {
  const magic = await firstBytes(createReadStream(path), 2);
  const kind = magic.length < 2 ? 0 : magic.readUInt16BE(0);
  const file = createReadStream(path);
  if (kind === GZIP) return (await firstBytes(file.pipe(createGunzip()), HEAD_BYTES)).toString("utf8");
  if (kind === ZSTD)
    return (await firstBytes(file.pipe(createZstdDecompress()), HEAD_BYTES)).toString("utf8");
  return (await firstBytes(file, HEAD_BYTES)).toString("utf8");
}

async function firstBytes(stream: AsyncIterable<Buffer>, bytesMax: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of stream) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes >= bytesMax) break;
  }
  return Buffer.concat(chunks).subarray(0, bytesMax);
}
