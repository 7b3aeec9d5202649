import type { PluginFault } from "../fault-code.ts";

/*
 Payload of an entry that tells of a fault, padded with zeros to words of eight bytes:

   byte 0          4            8
        ├──────────┼────────────┼───────────────────
        │ offset   │ template   │ reason, UTF-8
        │ i32      │ i32        │
 offset: byte in the verified module where it trapped; -1 where that is not known. template: of the record at hand; -1 for none.
*/
const HEAD_BYTES = 8;
const UNKNOWN = -1;
/** A reason and a place together are some 1,300 characters. */
const TEXT_BYTES = 2048;

/** Why a plugin elsewhere was stopped, as far as its thread knows: lines of a source are looked up by the host, which has the source maps. */
export interface ToldFault {
  readonly reason: string;
  readonly offsetBytes: number | null;
  readonly template: number | null;
}

/** Writes such payloads. */
export class FaultText {
  readonly words: Int32Array = new Int32Array((HEAD_BYTES + TEXT_BYTES) >> 2);
  private readonly bytes: Uint8Array = new Uint8Array(this.words.buffer);

  /** Writes why a plugin was stopped, and where. Returns the length in bytes. */
  write(fault: PluginFault | null): number {
    const length = this.writeText(fault?.reason ?? "stopped");
    this.words[0] = fault?.offsetBytes ?? UNKNOWN;
    this.words[1] = fault?.template ?? UNKNOWN;
    return length;
  }

  writeText(text: string): number {
    this.bytes.fill(0);
    this.words.fill(UNKNOWN, 0, HEAD_BYTES >> 2);
    const { written } = new TextEncoder().encodeInto(text, this.bytes.subarray(HEAD_BYTES));
    return HEAD_BYTES + ((written + 7) & ~7);
  }
}

/** Reads such a payload. */
export function toldFaultOf(bytes: Uint8Array, offset: number, lengthBytes: number): ToldFault {
  const length = Math.min(Math.max(lengthBytes, 0), HEAD_BYTES + TEXT_BYTES);
  const copy = Buffer.from(Uint8Array.prototype.slice.call(bytes, offset, offset + length));
  if (copy.length < HEAD_BYTES) return { reason: "no reason given", offsetBytes: null, template: null };
  const known = (value: number): number | null => (value < 0 ? null : value);
  return {
    reason: copy.subarray(HEAD_BYTES).toString("utf8").replaceAll("\0", ""),
    offsetBytes: known(copy.readInt32LE(0)),
    template: known(copy.readInt32LE(4)),
  };
}
