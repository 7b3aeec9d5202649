import type { PluginSlot } from "../plugin-slot.ts";

/** A reason and a place together are some 1,300 characters. */
const TEXT_BYTES = 2048;

/** The reason of a fault as the payload of an entry: UTF-8, filled up with zeros to words of eight bytes. */
export class FaultText {
  readonly words: Int32Array = new Int32Array(TEXT_BYTES >> 2);
  private readonly bytes: Uint8Array = new Uint8Array(this.words.buffer);

  /** Writes why a slot's plugin was stopped, and where. Returns the length in bytes. */
  write({ lastFault }: PluginSlot): number {
    const reason = lastFault?.reason ?? "stopped";
    return this.writeText(typeof lastFault?.at === "string" ? `${reason} at ${lastFault.at}` : reason);
  }

  writeText(text: string): number {
    this.bytes.fill(0);
    const { written } = new TextEncoder().encodeInto(text, this.bytes);
    return (written + 7) & ~7;
  }
}

/** Reads such a payload. */
export function faultTextOf(bytes: Uint8Array, offset: number, lengthBytes: number): string {
  const end = offset + Math.min(Math.max(lengthBytes, 0), TEXT_BYTES);
  return Buffer.from(Uint8Array.prototype.slice.call(bytes, offset, end))
    .toString("utf8")
    .replaceAll("\0", "");
}
