import { notionalShift, type Instrument } from "./instrument.ts";

const IDS = 65_536;

/**
 * Instruments as columns, one row each, in the order given. Grid columns are read for each order, hence typed arrays.
 * `indexOf` is one load: ids are below 65,536.
 */
export class InstrumentTable {
  readonly count: number;
  readonly instruments: readonly Instrument[];
  readonly tickSize: Float64Array;
  readonly lotSize: Float64Array;
  readonly minQuantity: Float64Array;
  readonly maxQuantity: Float64Array;
  readonly minNotional: Float64Array;
  readonly multiplier: Float64Array;
  /** 10^shift and 10^(8 − shift): see notional.hot.ts. */
  readonly divisor: Float64Array;
  readonly partsScale: Float64Array;
  readonly instrumentId: Int32Array;
  readonly venue: Int32Array;
  /** Dense group of instruments that share a quote asset: exposure is summed within it. */
  readonly quoteGroup: Int32Array;
  readonly quoteGroupCount: number;
  readonly #indexById: Int32Array;
  readonly #instruments: Instrument[];

  constructor(instruments: readonly Instrument[]) {
    if (instruments.length === 0 || instruments.length > 1024) {
      throw new RangeError(
        `${instruments.length} instruments: expected 1 to 1,024; split them over several hosts`,
      );
    }
    const count = instruments.length;
    this.count = count;
    this.#instruments = [...instruments];
    this.instruments = this.#instruments;
    this.tickSize = new Float64Array(count);
    this.lotSize = new Float64Array(count);
    this.minQuantity = new Float64Array(count);
    this.maxQuantity = new Float64Array(count);
    this.minNotional = new Float64Array(count);
    this.multiplier = new Float64Array(count);
    this.divisor = new Float64Array(count);
    this.partsScale = new Float64Array(count);
    this.instrumentId = new Int32Array(count);
    this.venue = new Int32Array(count);
    this.quoteGroup = new Int32Array(count);
    this.#indexById = new Int32Array(IDS).fill(-1);
    const quoteAssets: number[] = [];
    instruments.forEach((instrument, index) => {
      this.#place(instrument, index, quoteAssets);
    });
    this.quoteGroupCount = quoteAssets.length;
  }

  /** Row of an instrument, or −1. Takes the id as an unsigned or signed 32-bit number. */
  indexOf(instrumentId: number): number {
    return instrumentId > 0 && instrumentId < IDS ? (this.#indexById[instrumentId] ?? -1) : -1;
  }

  /**
   * Puts a new grid in place. Refuses (throws) when anything but the grid differs or the version does not rise:
   * open orders and positions are denominated in the old exponents.
   */
  replaceGrid(next: Instrument): void {
    const index = this.indexOf(next.instrumentId);
    const last = this.#instruments[index];
    if (last === undefined) {
      throw new RangeError(`instrument ${next.symbol}: unknown id ${next.instrumentId}; restart with it`);
    }
    if (next.version <= last.version) {
      throw new RangeError(`instrument ${next.symbol}: version ${next.version} is not above ${last.version}`);
    }
    const fixed = [
      "symbol",
      "venueIndex",
      "kind",
      "priceExponent",
      "sizeExponent",
      "quoteExponent",
      "contractMultiplier",
      "baseAssetId",
      "quoteAssetId",
    ] as const;
    for (const name of fixed) {
      if (next[name] !== last[name]) {
        throw new RangeError(
          `instrument ${next.symbol}: ${name} changed from ${last[name]} to ${next[name]}; restart with it`,
        );
      }
    }
    this.#instruments[index] = next;
    this.#writeGrid(next, index);
  }

  #place(instrument: Instrument, index: number, quoteAssets: number[]): void {
    if (this.#indexById[instrument.instrumentId] !== -1) {
      throw new RangeError(
        `instrument ${instrument.symbol}: id ${instrument.instrumentId} is used twice; give each its own`,
      );
    }
    this.#indexById[instrument.instrumentId] = index;
    this.instrumentId[index] = instrument.instrumentId;
    this.venue[index] = instrument.venueIndex;
    const shift = notionalShift(instrument);
    this.divisor[index] = 10 ** shift;
    this.partsScale[index] = 10 ** (8 - shift);
    this.multiplier[index] = instrument.contractMultiplier;
    if (!quoteAssets.includes(instrument.quoteAssetId)) quoteAssets.push(instrument.quoteAssetId);
    this.quoteGroup[index] = quoteAssets.indexOf(instrument.quoteAssetId);
    this.#writeGrid(instrument, index);
  }

  #writeGrid(instrument: Instrument, index: number): void {
    this.tickSize[index] = instrument.tickSize;
    this.lotSize[index] = instrument.lotSize;
    this.minQuantity[index] = instrument.minQuantity;
    this.maxQuantity[index] = instrument.maxQuantity;
    this.minNotional[index] = instrument.minNotional;
  }
}
