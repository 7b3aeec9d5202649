import { BookDelta, GROUP_HEADER_BYTES, HEADER_BYTES, OutboundFrame } from "../../abi/host/index.ts";
import type { PluginSlot } from "../engine/index.ts";
import { blockLengthFloors, TEMPLATES_MAX } from "./routes.ts";

/** Longest block of the schema that a plugin writes, rounded up. */
const SCRATCH_BYTES = 512;
const END = 0;
/** The bytes are no sequence of records: a fault of the plugin. */
export const MALFORMED = -1;

/**
 * Walks the records that a plugin wrote. What a plugin wrote is hostile: each fixed block is copied once into host memory, and only
 * the copy is read. A block shorter than this host's form of the record (a module built earlier) is filled up with zeros; one shorter than
 * the record's first form is no such record: an empty verdict must not read as approval.
 *
 * ```
 *  outbox │ header │ block │ groups or bytes, padded to 8 │ header │ block │ …
 *                     └── copied to scratch, offset 0
 * ```
 */
export class OutboxReader {
  /** The block at hand, from offset 0. */
  readonly i32: Int32Array;
  readonly f64: Float64Array;
  /** Where the block at hand begins in the plugin's memory, and where the record ends. For records with a part of variable length. */
  blockByte: number;
  endByte: number;
  private cursor: number;
  private limit: number;
  private slot: PluginSlot;
  private scratchWords: number;

  constructor(slot: PluginSlot) {
    const scratch = new ArrayBuffer(SCRATCH_BYTES);
    this.i32 = new Int32Array(scratch);
    this.f64 = new Float64Array(scratch);
    this.blockByte = 0;
    this.endByte = 0;
    this.cursor = 0;
    this.limit = 0;
    this.slot = slot;
    this.scratchWords = 0;
  }

  /** Begins with the `lengthBytes` bytes that a call returned; the slot has checked that they lie in the outbox. */
  open(slot: PluginSlot, lengthBytes: number): void {
    this.slot = slot;
    this.cursor = slot.outboxWord << 2;
    this.limit = this.cursor + lengthBytes;
  }

  /** The template id of the next record, its block in scratch; END after the last; MALFORMED. */
  next(): number {
    const start = this.cursor;
    if (start >= this.limit) return END;
    if (start + HEADER_BYTES > this.limit) return MALFORMED;
    const words = this.slot.i32;
    const head = words[start >> 2]!;
    const blockLength = head & 0xffff;
    const templateId = head >>> 16;
    const block = start + HEADER_BYTES;
    if (templateId >= TEMPLATES_MAX || blockLength < blockLengthFloors[templateId]!) return MALFORMED;
    if ((blockLength & 7) !== 0 || blockLength > SCRATCH_BYTES || block + blockLength > this.limit)
      return MALFORMED;
    this.blockByte = block;
    this.copyBlock(words, block >> 2, blockLength >> 2);
    const end = this.endOf(templateId, block + blockLength);
    if (end < 0 || end > this.limit) return MALFORMED;
    this.endByte = end;
    this.cursor = (end + 7) & ~7;
    return templateId;
  }

  private copyBlock(words: Int32Array, first: number, count: number): void {
    const scratch = this.i32;
    for (let word = 0; word < count; word++) scratch[word] = words[first + word]!;
    for (let word = count; word < this.scratchWords; word++) scratch[word] = 0;
    this.scratchWords = count;
  }

  /** Where the record ends: a group or bytes may follow the block. */
  private endOf(templateId: number, blockEnd: number): number {
    if (templateId === BookDelta.templateId) return this.groupEnd(this.groupEnd(blockEnd));
    if (templateId !== OutboundFrame.templateId) return blockEnd;
    const lengthBytes = this.i32[OutboundFrame.lengthBytes >> 2]!;
    return lengthBytes < 0 || lengthBytes > this.limit - blockEnd ? MALFORMED : blockEnd + lengthBytes;
  }

  private groupEnd(start: number): number {
    if (start < 0 || start + GROUP_HEADER_BYTES > this.limit) return MALFORMED;
    const words = this.slot.i32;
    const entryBytes = words[start >> 2]! & 0xffff;
    const count = words[(start + 4) >> 2]!;
    const room = this.limit - start - GROUP_HEADER_BYTES;
    if ((entryBytes & 7) !== 0 || count < 0 || count > room || entryBytes * count > room) return MALFORMED;
    return start + GROUP_HEADER_BYTES + entryBytes * count;
  }
}
