import { BreakCode } from "./finding.ts";

/** Breaks that are listed at once; what comes beyond is counted, and the venue is broken all the same. */
export const BREAKS_MAX = 64;

/** Cells of a break's numbers. */
export const BreakNumber = { OURS: 0, THEIRS: 1, FIRST_NS: 2, LAST_NS: 3 } as const;
const NUMBERS = 4;
/** Words of a break. ID is 0 in a free place. */
export const BreakWord = {
  ID: 0,
  CODE: 1,
  VENUE: 2,
  INSTRUMENT: 3,
  ASSET: 4,
  EPOCH: 5,
  SEQUENCE: 6,
  /** The trade that it is about, 0 for none. */
  TRADE_LOW: 7,
  TRADE_HIGH: 8,
  /** Rounds in which it was seen. */
  SEEN: 9,
  IS_CONFIRMED: 10,
  IS_ACCEPTED: 11,
  /** Round in which it was seen last. */
  ROUND: 12,
} as const;
const WORDS = 13;

/**
 * Differences between this host and its venues. One is a *break* once it was seen in two rounds, apart in time: while orders trade, a single
 * look compares what was true at two moments.
 */
export class BreakList {
  readonly words: Int32Array;
  readonly numbers: Float64Array;
  /** Breaks that found no place. */
  overflowed: number;
  private lastId: number;

  constructor() {
    this.words = new Int32Array(BREAKS_MAX * WORDS);
    this.numbers = new Float64Array(BREAKS_MAX * NUMBERS);
    this.overflowed = 0;
    this.lastId = 0;
  }

  word(place: number, word: number): number {
    return this.words[place * WORDS + word]!;
  }

  number(place: number, cell: number): number {
    return this.numbers[place * NUMBERS + cell]!;
  }

  set(place: number, word: number, value: number): void {
    this.words[place * WORDS + word] = value;
  }

  /** Place of a break by its number, or −1. */
  find(id: number): number {
    for (let place = 0; place < BREAKS_MAX; place++)
      if (id !== 0 && this.word(place, BreakWord.ID) === id) return place;
    return -1;
  }

  /**
   * A difference was seen: `about` holds code, venue, instrument, asset, epoch, sequence, trade (two words), and `values` what this host says, what the venue says, and the
   * time. Returns its place, or −1 where the list is full.
   */
  see(about: Int32Array, values: Float64Array, round: number): number {
    let place = this.placeOf(about);
    if (place < 0) place = this.open(about, values);
    if (place < 0) {
      this.overflowed += 1;
      return -1;
    }
    this.numbers[place * NUMBERS + BreakNumber.OURS] = values[0]!;
    this.numbers[place * NUMBERS + BreakNumber.THEIRS] = values[1]!;
    this.numbers[place * NUMBERS + BreakNumber.LAST_NS] = values[2]!;
    if (this.word(place, BreakWord.ROUND) !== round)
      this.set(place, BreakWord.SEEN, this.word(place, BreakWord.SEEN) + 1);
    this.set(place, BreakWord.ROUND, round);
    return place;
  }

  /** Takes a break off the list. */
  close(place: number): void {
    this.words.fill(0, place * WORDS, (place + 1) * WORDS);
  }

  /** Confirmed breaks of a venue that nobody has accepted. What was only to be known is none. */
  openCount(venue: number): number {
    let count = 0;
    for (let place = 0; place < BREAKS_MAX; place++) {
      const isOpen = this.word(place, BreakWord.ID) !== 0 && this.word(place, BreakWord.VENUE) === venue;
      if (
        isOpen &&
        !isNotice(this.word(place, BreakWord.CODE)) &&
        this.word(place, BreakWord.IS_CONFIRMED) === 1 &&
        this.word(place, BreakWord.IS_ACCEPTED) === 0
      )
        count += 1;
    }
    return count;
  }

  /** Place of a difference that is listed, or −1. */
  placeOf(about: Int32Array): number {
    for (let place = 0; place < BREAKS_MAX; place++) {
      if (this.word(place, BreakWord.ID) === 0) continue;
      let isSame = true;
      for (let word = 0; word < ABOUT_WORDS; word++)
        if (this.word(place, BreakWord.CODE + word) !== about[word]!) isSame = false;
      if (isSame) return place;
    }
    return -1;
  }

  private open(about: Int32Array, values: Float64Array): number {
    for (let place = 0; place < BREAKS_MAX; place++) {
      if (this.word(place, BreakWord.ID) !== 0) continue;
      this.lastId += 1;
      this.set(place, BreakWord.ID, this.lastId);
      for (let word = 0; word < ABOUT_WORDS; word++) this.set(place, BreakWord.CODE + word, about[word]!);
      this.set(place, BreakWord.ROUND, -1);
      this.numbers[place * NUMBERS + BreakNumber.FIRST_NS] = values[2]!;
      return place;
    }
    return -1;
  }
}

const ABOUT_WORDS = 8;

/** Both sides agree, and a person has to know what happened: it stays listed until one has accepted it. */
export function isNotice(code: number): boolean {
  return code === BreakCode.TRADE_UNDONE || code === BreakCode.TRADE_CORRECTED;
}
