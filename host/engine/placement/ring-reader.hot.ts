// Hot: runs on the trading thread for each output of a plugin on another thread, and there for each record. No allocation.
import {
  CONTROL_WORDS,
  ENTRY_HEADER_BYTES,
  ENTRY_HEADER_WORDS,
  EntryWord,
  FILLER,
} from "./channel-layout.ts";
import { RingCode } from "./ring-code.ts";
import type { RingPlace } from "./ring-writer.hot.ts";

/**
 * The one consumer of a ring. An entry is copied once into memory that nobody else sees, header first, and only the copy is checked and used: what
 * the other side changes afterwards changes nothing [P12]. A published end that jumps, a length that does not fit, answer CORRUPT; the work of one
 * call is bounded by one entry, whatever the words say [P7].
 */
export class RingReader {
  /** The entry at hand: header, then payload. */
  readonly i32: Int32Array;
  readonly f64: Float64Array;
  readonly u8: Uint8Array;
  /** Bytes of the payload at hand. */
  length: number;
  /** Where the next entry begins; units of 8 bytes that wrap at 2^32. */
  cursor: number;
  private head: number;
  private released: number;
  private readonly payloadBytesMax: number;
  private readonly capacityUnits: number;
  private readonly headWord: number;
  private readonly tailWord: number;
  private readonly control: Int32Array;
  private readonly words: Int32Array;

  /** `cursor`: where to begin; everything before it counts as released. */
  constructor(place: RingPlace, payloadBytesMax: number, cursor = 0) {
    const copy = new ArrayBuffer(ENTRY_HEADER_BYTES + ((payloadBytesMax + 7) & ~7));
    this.i32 = new Int32Array(copy);
    this.f64 = new Float64Array(copy);
    this.u8 = new Uint8Array(copy);
    this.length = 0;
    this.cursor = cursor;
    this.head = cursor;
    this.released = cursor;
    this.payloadBytesMax = payloadBytesMax;
    this.capacityUnits = place.ringBytes >> 3;
    this.headWord = place.headWord;
    this.tailWord = place.tailWord;
    this.control = new Int32Array(place.memory, 0, CONTROL_WORDS);
    this.words = new Int32Array(place.memory, place.offset, place.ringBytes >> 2);
  }

  /** Units that were taken and are not released yet. */
  get heldUnits(): number {
    return (this.cursor - this.released) | 0;
  }

  /** The kind of the next entry, above 0, with the entry in the copy; EMPTY; or CORRUPT. */
  next(): number {
    if (this.cursor === this.head) {
      const head = Atomics.load(this.control, this.headWord);
      const published = (head - this.cursor) | 0;
      if (published < 0 || published > this.capacityUnits) return RingCode.CORRUPT;
      this.head = head;
      if (published === 0) return RingCode.EMPTY;
    }
    const at = this.cursor & (this.capacityUnits - 1);
    return this.words[at * 2] === FILLER ? this.skip(at) : this.take(at);
  }

  /** Gives the producer everything back that was taken so far. */
  release(): void {
    this.released = this.cursor;
    Atomics.store(this.control, this.tailWord, this.cursor);
  }

  /** The entry behind a filler, which begins the next lap. */
  private skip(at: number): number {
    const units = this.capacityUnits - at;
    // A filler that the rest of the lap is not published with, or at a lap's beginning, was not written by our producer.
    if (at === 0 || units >= ((this.head - this.cursor) | 0)) return RingCode.CORRUPT;
    this.cursor = (this.cursor + units) | 0;
    return this.take(0);
  }

  private take(at: number): number {
    const { words, i32, capacityUnits } = this;
    const first = at * 2;
    const available = (this.head - this.cursor) | 0;
    const room = available < capacityUnits - at ? available : capacityUnits - at;
    if (room < ENTRY_HEADER_BYTES >> 3) return RingCode.CORRUPT;
    for (let word = 0; word < ENTRY_HEADER_WORDS; word++) i32[word] = words[first + word]!;
    const length = i32[EntryWord.LENGTH]!;
    if (length < 0 || length > this.payloadBytesMax) return RingCode.CORRUPT;
    const units = (ENTRY_HEADER_BYTES + length + 7) >> 3;
    const kind = i32[EntryWord.KIND]!;
    if (units > room || kind <= 0) return RingCode.CORRUPT;
    const end = units * 2;
    for (let word = ENTRY_HEADER_WORDS; word < end; word++) i32[word] = words[first + word]!;
    this.length = length;
    this.cursor = (this.cursor + units) | 0;
    return kind;
  }
}
