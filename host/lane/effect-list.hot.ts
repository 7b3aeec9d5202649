import { copyBytes } from "../../abi/host/index.ts";

/** Cells of a row. */
export const EFFECT_FIELDS = 6;
/** Effects of one step at most: orders are bounded by intents a step, the rest are few. */
const EFFECTS_MAX = 256;
/** An order request is below 512 bytes. */
const EGRESS_BYTES = 262_144;

/**
 * The effects of a step, and the bytes to be sent.
 *
 * ```
 *  rows   │ kind │ a │ b │ offset │ length │ venue │  256 of them
 *  egress │ bytes of the first order │ bytes of the second │ …
 * ```
 */
export class EffectList {
  count: number;
  readonly rows: Int32Array;
  readonly egress: Buffer;
  private egressUsed: number;

  constructor() {
    this.count = 0;
    this.rows = new Int32Array(EFFECTS_MAX * EFFECT_FIELDS);
    this.egress = Buffer.alloc(EGRESS_BYTES);
    this.egressUsed = 0;
  }

  clear(): void {
    this.count = 0;
    this.egressUsed = 0;
  }

  /** Whether nothing more can be added in this step. */
  get isFull(): boolean {
    return this.count === EFFECTS_MAX;
  }

  /** Adds an effect. False when the list is full: the caller refuses what it was about to do. */
  add(kind: number, venue: number, a: number, b: number, offset: number, length: number): boolean {
    if (this.count === EFFECTS_MAX) return false;
    const row = this.count * EFFECT_FIELDS;
    this.rows[row] = kind;
    this.rows[row + 1] = a;
    this.rows[row + 2] = b;
    this.rows[row + 3] = offset;
    this.rows[row + 4] = length;
    this.rows[row + 5] = venue;
    this.count += 1;
    return true;
  }

  /** Copies bytes to the egress buffer; where they begin, or -1 when there is no room. */
  addBytes(source: Uint8Array, offset: number, length: number): number {
    const start = this.egressUsed;
    if (start + length > EGRESS_BYTES) return -1;
    copyBytes(source, this.egress, start, offset, offset + length);
    this.egressUsed = (start + length + 7) & ~7;
    return start;
  }

  kind(index: number): number {
    return this.rows[index * EFFECT_FIELDS]!;
  }
  a(index: number): number {
    return this.rows[index * EFFECT_FIELDS + 1]!;
  }
  b(index: number): number {
    return this.rows[index * EFFECT_FIELDS + 2]!;
  }
  offset(index: number): number {
    return this.rows[index * EFFECT_FIELDS + 3]!;
  }
  length(index: number): number {
    return this.rows[index * EFFECT_FIELDS + 4]!;
  }
  /** Index of the venue that it is for. */
  venue(index: number): number {
    return this.rows[index * EFFECT_FIELDS + 5]!;
  }
}
