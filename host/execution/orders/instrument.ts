/**
 * One tradable instrument: mantissas with fixed exponents, and grid rules for our own orders. A venue may change the grid,
 * never the exponents; each change raises `version`.
 */
export interface Instrument {
  /** 1 to 65,535; unique in the host. */
  readonly instrumentId: number;
  /** 1 to 24 printable ASCII characters, as the venue writes it. */
  readonly symbol: string;
  /** Dense number of the venue, 0 to 255. */
  readonly venueIndex: number;
  /** A spot fill moves two balances; a future's fill moves none but the fee. */
  readonly kind: "spot" | "future";
  /** −18 to 0. */
  readonly priceExponent: number;
  readonly sizeExponent: number;
  /** From priceExponent + sizeExponent to that + 8. */
  readonly quoteExponent: number;
  /** Units of the underlying in one contract; 1 for spot. */
  readonly contractMultiplier: number;
  /** Price mantissa, 1 or more. */
  readonly tickSize: number;
  /** Size mantissas, 1 or more. */
  readonly lotSize: number;
  readonly minQuantity: number;
  readonly maxQuantity: number;
  /** Quote mantissa, 0 when the venue sets none. */
  readonly minNotional: number;
  /** Asset ids, 1 or more. */
  readonly baseAssetId: number;
  readonly quoteAssetId: number;
  /** Rises by one or more whenever the venue changes the grid. */
  readonly version: number;
}

/** The exponent range keeps `multiplyExact` exact; see there. */
export const SHIFT_MAX = 8;

function fail(symbol: string, text: string): never {
  throw new RangeError(`instrument ${symbol}: ${text}`);
}

function requireRange(symbol: string, name: string, value: number, low: number, high: number): void {
  if (!Number.isSafeInteger(value) || value < low || value > high) {
    fail(
      symbol,
      `${name} is ${value}: expected an integer from ${low} to ${high}; correct the instrument's definition`,
    );
  }
}

/** Decimal places that an exact product has beyond the quote mantissa. */
export function notionalShift(instrument: Instrument): number {
  return instrument.quoteExponent - instrument.priceExponent - instrument.sizeExponent;
}

function checkNumbers(input: Instrument): void {
  const { symbol } = input;
  const max = Number.MAX_SAFE_INTEGER;
  requireRange(symbol, "instrumentId", input.instrumentId, 1, 0xffff);
  requireRange(symbol, "venueIndex", input.venueIndex, 0, 255);
  requireRange(symbol, "priceExponent", input.priceExponent, -18, 0);
  requireRange(symbol, "sizeExponent", input.sizeExponent, -18, 0);
  requireRange(symbol, "quoteExponent", input.quoteExponent, -18, 0);
  requireRange(symbol, "contractMultiplier", input.contractMultiplier, 1, 1_000_000);
  requireRange(symbol, "tickSize", input.tickSize, 1, max);
  requireRange(symbol, "lotSize", input.lotSize, 1, max);
  requireRange(symbol, "minQuantity", input.minQuantity, 1, max);
  requireRange(symbol, "maxQuantity", input.maxQuantity, input.minQuantity, max);
  requireRange(symbol, "minNotional", input.minNotional, 0, max);
  requireRange(symbol, "baseAssetId", input.baseAssetId, 1, 0xffff_fffe);
  requireRange(symbol, "quoteAssetId", input.quoteAssetId, 1, 0xffff_fffe);
  requireRange(symbol, "version", input.version, 1, 0x7fff_ffff);
}

/** Validates and freezes. Throws RangeError naming the field and the remedy. */
export function createInstrument(input: Instrument): Instrument {
  if (!/^[\x21-\x7e]{1,24}$/.test(input.symbol)) {
    throw new RangeError(
      `symbol "${input.symbol}": expected 1 to 24 printable ASCII characters; correct the definition`,
    );
  }
  checkNumbers(input);
  const shift = notionalShift(input);
  if (shift < 0 || shift > SHIFT_MAX) {
    fail(
      input.symbol,
      `quoteExponent ${input.quoteExponent} is ${shift} above priceExponent + sizeExponent: expected 0 to ${SHIFT_MAX}; ` +
        "choose another quoteExponent",
    );
  }
  if (input.kind === "spot" && input.contractMultiplier !== 1) {
    fail(input.symbol, `contractMultiplier is ${input.contractMultiplier}: a spot instrument has 1`);
  }
  if (input.kind === "spot" && input.baseAssetId === input.quoteAssetId) {
    fail(
      input.symbol,
      `baseAssetId and quoteAssetId are both ${input.baseAssetId}: a spot instrument has two assets`,
    );
  }
  return Object.freeze({ ...input });
}
