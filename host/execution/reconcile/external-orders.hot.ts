import { Side } from "../../../abi/host/index.ts";
import type { ExternalReserves } from "../orders/index.ts";

/** External orders that are listed. Of more nobody can say what they may do: their side of the instrument counts as unlimited. */
export const EXTERNAL_MAX = 64;
export const ExternalWord = { INSTRUMENT: 0, ID_LOW: 1, ID_HIGH: 2, SIDE: 3, ROUND: 4, IS_GONE: 5 } as const;
const WORDS = 6;
export const ExternalNumber = { PRICE: 0, QUANTITY: 1, CUM_QTY: 2 } as const;
const NUMBERS = 3;
/** What `see` came to. */
export const Seen = { KNOWN: 0, NEW: 1, UNLISTED: 2, UNLISTED_STILL: 3 } as const;

/**
 * Orders on the account that this host did not make, as they were last shown. They are never touched, and count like this host's own: what they may still trade is summed
 * up anew with each change, over 64 rows at most, so that an order finds a sum.
 */
export class ExternalOrders {
  count: number;
  readonly words: Int32Array;
  readonly numbers: Float64Array;
  /** By instrument × 2 and side: the last round with an order that found no place in the list, 0 where all are listed; and the best price of those. */
  readonly unlistedRound: Int32Array;
  readonly unlistedPrice: Float64Array;
  private readonly reserves: ExternalReserves;
  private readonly cells: Float64Array;

  constructor(reserves: ExternalReserves) {
    const sides = reserves.buyQty.length * 2;
    this.reserves = reserves;
    this.count = 0;
    this.words = new Int32Array(EXTERNAL_MAX * WORDS);
    this.numbers = new Float64Array(EXTERNAL_MAX * NUMBERS);
    this.unlistedRound = new Int32Array(sides);
    this.unlistedPrice = new Float64Array(sides);
    this.cells = new Float64Array(2);
  }

  word(place: number, word: number): number {
    return this.words[place * WORDS + word]!;
  }

  number(place: number, cell: number): number {
    return this.numbers[place * NUMBERS + cell]!;
  }

  /** An order was shown; `words` are instrument, id, side, round, 0, and `numbers` price, quantity, filled; 0 where it is not told. Returns Seen. */
  see(words: Int32Array, numbers: Float64Array): number {
    const instrument = words[ExternalWord.INSTRUMENT]!;
    let place = this.placeOf(words);
    const isNew = place < 0;
    if (isNew && this.count === EXTERNAL_MAX) {
      const isFirst = this.seeUnlisted(words, numbers);
      this.sumUp(instrument);
      return isFirst ? Seen.UNLISTED : Seen.UNLISTED_STILL;
    }
    if (isNew) {
      place = this.count;
      this.count += 1;
    }
    for (let word = 0; word < WORDS; word++) this.words[place * WORDS + word] = words[word]!;
    for (let cell = 0; cell < NUMBERS; cell++) this.numbers[place * NUMBERS + cell] = numbers[cell]!;
    this.sumUp(instrument);
    return isNew ? Seen.NEW : Seen.KNOWN;
  }

  /** What a whole list of an instrument's open orders did not show was filled or canceled: it counts until the list of trades has told which. */
  endRound(instrument: number, round: number): void {
    for (let place = 0; place < this.count; place++)
      if (
        this.word(place, ExternalWord.INSTRUMENT) === instrument &&
        this.word(place, ExternalWord.ROUND) !== round
      )
        this.words[place * WORDS + ExternalWord.IS_GONE] = 1;
    for (let cell = instrument * 2; cell < instrument * 2 + 2; cell++)
      if (this.unlistedRound[cell] !== round) this.unlistedRound[cell] = 0;
    this.sumUp(instrument);
  }

  /** Takes off what is gone: a whole list of the instrument's trades has told what it traded. */
  endTrades(instrument: number): void {
    for (let place = this.count - 1; place >= 0; place--) {
      if (
        this.word(place, ExternalWord.INSTRUMENT) !== instrument ||
        this.word(place, ExternalWord.IS_GONE) === 0
      )
        continue;
      this.count -= 1;
      this.words.copyWithin(place * WORDS, this.count * WORDS, (this.count + 1) * WORDS);
      this.numbers.copyWithin(place * NUMBERS, this.count * NUMBERS, (this.count + 1) * NUMBERS);
    }
    this.sumUp(instrument);
  }

  /** Whether a side (Side) of an instrument has orders that are not listed, and counts as unlimited. */
  isUnlisted(instrument: number, side: number): boolean {
    return this.unlistedRound[instrument * 2 + side - 1] !== 0;
  }

  /** Whether it is the first that finds no place. The price only gets worse until a round lists them all. */
  private seeUnlisted(words: Int32Array, numbers: Float64Array): boolean {
    const side = words[ExternalWord.SIDE]!;
    const cell = words[ExternalWord.INSTRUMENT]! * 2 + side - 1;
    const price = numbers[ExternalNumber.PRICE]!;
    const last = this.unlistedPrice[cell]!;
    const isFirst = this.unlistedRound[cell] === 0;
    // 0 has no limit, and no price is worse.
    const isWorse = price <= 0 || (last > 0 && (side === Side.BUY ? price > last : price < last));
    if (isFirst || isWorse) this.unlistedPrice[cell] = price;
    this.unlistedRound[cell] = words[ExternalWord.ROUND]!;
    return isFirst;
  }

  /** What the orders of an instrument may still do. */
  private sumUp(instrument: number): void {
    const { reserves, cells } = this;
    reserves.clear(instrument);
    for (let place = 0; place < this.count; place++) {
      if (this.word(place, ExternalWord.INSTRUMENT) !== instrument) continue;
      const side = this.word(place, ExternalWord.SIDE);
      const quantity = this.number(place, ExternalNumber.QUANTITY);
      const cumQty = this.number(place, ExternalNumber.CUM_QTY);
      cells[0] = this.number(place, ExternalNumber.PRICE);
      cells[1] = quantity <= 0 ? Number.POSITIVE_INFINITY : quantity > cumQty ? quantity - cumQty : 0;
      // What is gone can meet nothing any more.
      if (this.word(place, ExternalWord.IS_GONE) === 0) reserves.addPrice(instrument, side, cells, 0);
      reserves.addQuantity(instrument, side, cells, 1);
    }
    for (let side = Side.BUY as number; side <= Side.SELL; side++) {
      if (!this.isUnlisted(instrument, side)) continue;
      cells[0] = this.unlistedPrice[instrument * 2 + side - 1]!;
      cells[1] = Number.POSITIVE_INFINITY;
      reserves.addPrice(instrument, side, cells, 0);
      reserves.addQuantity(instrument, side, cells, 1);
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
