// Hot: the trading thread writes each record for a plugin on another thread here. No allocation, no lock, no wake-up.
import {
  CONTROL_WORDS,
  ENTRY_HEADER_BYTES,
  ENTRY_HEADER_WORDS,
  EntryCell,
  EntryWord,
  FILLER,
} from "./channel-layout.ts";
import { RingCode } from "./ring-code.ts";

/** Where one ring lies in a channel's memory. */
export interface RingPlace {
  readonly memory: SharedArrayBuffer;
  readonly offset: number;
  readonly ringBytes: number;
  readonly headWord: number;
  readonly tailWord: number;
}

/**
 * The one producer of a ring. What it has written and published it knows by cursors of its own: of the other side it reads the released end
 * alone, and believes it only where it lies between what was released before and what was published [P22].
 */
export class RingWriter {
  /** Of the entry to be written next: its sequence and its time, in the cells of EntryCell. */
  readonly cells: Float64Array;
  generation: number;
  /** Positions count units of 8 bytes and wrap at 2^32. */
  head: number;
  private tail: number;
  private readonly capacityUnits: number;
  private readonly headWord: number;
  private readonly tailWord: number;
  private readonly control: Int32Array;
  private readonly words: Int32Array;
  private readonly doubles: Float64Array;

  /** `start`: the position to begin at; everything before it counts as released. */
  constructor({ memory, offset, ringBytes, headWord, tailWord }: RingPlace, start = 0) {
    this.cells = new Float64Array(3);
    this.generation = 0;
    this.head = start;
    this.tail = start;
    this.capacityUnits = ringBytes >> 3;
    this.headWord = headWord;
    this.tailWord = tailWord;
    this.control = new Int32Array(memory, 0, CONTROL_WORDS);
    this.words = new Int32Array(memory, offset, ringBytes >> 2);
    this.doubles = new Float64Array(memory, offset, ringBytes >> 3);
  }

  /** Units between what is released and what is written, as far as is known. */
  get usedUnits(): number {
    return (this.head - this.tail) | 0;
  }

  /** Units that an entry takes, its header included. */
  unitsOf(lengthBytes: number): number {
    return (ENTRY_HEADER_BYTES + lengthBytes + 7) >> 3;
  }

  /** The most that a payload may have: header, filler and entry always fit into an empty ring. */
  get payloadBytesMax(): number {
    return this.capacityUnits * 2 - ENTRY_HEADER_BYTES;
  }

  /** Whether entries of `units` in all, one filler between them, leave `reservedUnits` free. 0, FULL or CORRUPT. */
  room(units: number, reservedUnits: number): number {
    const at = this.head & (this.capacityUnits - 1);
    const filler = at + units > this.capacityUnits ? this.capacityUnits - at : 0;
    const needed = units + filler + reservedUnits;
    if (needed <= this.capacityUnits - this.usedUnits) return 0;
    const tail = Atomics.load(this.control, this.tailWord);
    const moved = (tail - this.tail) | 0;
    if (moved < 0 || moved > this.usedUnits) return RingCode.CORRUPT;
    this.tail = tail;
    return needed <= this.capacityUnits - this.usedUnits ? 0 : RingCode.FULL;
  }

  /**
   * Writes and publishes one entry: `lengthBytes` of `source` from a word on. 0, FULL where it would not leave `reservedUnits` free, or
   * CORRUPT.
   */
  write(
    kind: number,
    code: number,
    source: Int32Array,
    sourceWord: number,
    lengthBytes: number,
    reservedUnits: number,
  ): number {
    const units = (ENTRY_HEADER_BYTES + lengthBytes + 7) >> 3;
    const answer = this.room(units, reservedUnits);
    if (answer < 0) return answer;
    const { words, capacityUnits } = this;
    let at = this.head & (capacityUnits - 1);
    if (at + units > capacityUnits) {
      words[at * 2] = FILLER;
      this.head = (this.head + capacityUnits - at) | 0;
      at = 0;
    }
    const word = at * 2;
    words[word + EntryWord.LENGTH] = lengthBytes;
    words[word + EntryWord.KIND] = kind;
    this.doubles[at + EntryCell.SEQUENCE] = this.cells[EntryCell.SEQUENCE]!;
    this.doubles[at + EntryCell.TIME] = this.cells[EntryCell.TIME]!;
    words[word + EntryWord.GENERATION] = this.generation;
    words[word + EntryWord.CODE] = code;
    const first = word + ENTRY_HEADER_WORDS;
    const count = (lengthBytes + 3) >> 2;
    for (let index = 0; index < count; index++) words[first + index] = source[sourceWord + index]!;
    this.head = (this.head + units) | 0;
    Atomics.store(this.control, this.headWord, this.head);
    return 0;
  }
}
