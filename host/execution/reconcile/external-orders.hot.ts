/** External orders that are listed; more are counted. */
export const EXTERNAL_MAX = 64;
export const ExternalWord = { INSTRUMENT: 0, ID_LOW: 1, ID_HIGH: 2, SIDE: 3, ROUND: 4 } as const;
const WORDS = 5;
export const ExternalNumber = { PRICE: 0, QUANTITY: 1, CUM_QTY: 2 } as const;
const NUMBERS = 3;

/** Orders on the account that this host did not make, as the last round showed them. They are counted and never touched. */
export class ExternalOrders {
  count: number;
  /** Those beyond the list. */
  overflowed: number;
  readonly words: Int32Array;
  readonly numbers: Float64Array;

  constructor() {
    this.count = 0;
    this.overflowed = 0;
    this.words = new Int32Array(EXTERNAL_MAX * WORDS);
    this.numbers = new Float64Array(EXTERNAL_MAX * NUMBERS);
  }

  word(place: number, word: number): number {
    return this.words[place * WORDS + word]!;
  }

  number(place: number, cell: number): number {
    return this.numbers[place * NUMBERS + cell]!;
  }

  /**
   * An order was shown; `words` are instrument, id, side, round, and `numbers` price, quantity, filled. Returns whether it is new to the list.
   */
  see(words: Int32Array, numbers: Float64Array): boolean {
    let place = this.placeOf(words);
    const isNew = place < 0;
    if (isNew) {
      if (this.count === EXTERNAL_MAX) {
        this.overflowed += 1;
        return false;
      }
      place = this.count;
      this.count += 1;
    }
    for (let word = 0; word < WORDS; word++) this.words[place * WORDS + word] = words[word]!;
    for (let cell = 0; cell < NUMBERS; cell++) this.numbers[place * NUMBERS + cell] = numbers[cell]!;
    return isNew;
  }

  /** Takes off what a whole list of an instrument's open orders did not show. */
  endRound(instrument: number, round: number): void {
    for (let place = this.count - 1; place >= 0; place--) {
      if (
        this.word(place, ExternalWord.INSTRUMENT) !== instrument ||
        this.word(place, ExternalWord.ROUND) === round
      )
        continue;
      this.count -= 1;
      this.words.copyWithin(place * WORDS, this.count * WORDS, (this.count + 1) * WORDS);
      this.numbers.copyWithin(place * NUMBERS, this.count * NUMBERS, (this.count + 1) * NUMBERS);
    }
  }

  private placeOf(words: Int32Array): number {
    for (let place = 0; place < this.count; place++) {
      const isSame =
        this.word(place, ExternalWord.INSTRUMENT) === words[ExternalWord.INSTRUMENT]! &&
        this.word(place, ExternalWord.ID_LOW) === words[ExternalWord.ID_LOW]! &&
        this.word(place, ExternalWord.ID_HIGH) === words[ExternalWord.ID_HIGH]!;
      if (isSame) return place;
    }
    return -1;
  }
}
