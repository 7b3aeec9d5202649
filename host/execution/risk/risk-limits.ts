import type { InstrumentTable } from "../orders/index.ts";

/** Limits of one instrument. Quantities and prices are mantissas, notionals quote mantissas. */
export interface InstrumentLimits {
  readonly instrumentId: number;
  readonly orderQuantityMax: number;
  readonly orderNotionalMax: number;
  /** |position| with all open orders of one side filled; at most 2^51, which leaves room for sums. */
  readonly positionMax: number;
  readonly openOrdersMax: number;
  /** How far beyond the middle price an order may reach, in millionths; 1 to 999,999. */
  readonly collarAggressivePpm: number;
  /** How far behind the middle price an order may rest, in millionths; 1 to 999,999. */
  readonly collarPassivePpm: number;
  readonly referenceAgeMaxNs: number;
  readonly isRestricted: boolean;
}

/** At most `messagesMax` in any `windowNs` to a venue, of which new orders leave `cancelReserve` to cancels. */
export interface MessageRate {
  readonly venueIndex: number;
  readonly messagesMax: number;
  readonly windowNs: number;
  readonly cancelReserve: number;
}

export interface RiskLimitsInput {
  readonly instruments: readonly InstrumentLimits[];
  /** Sum over instruments of one quote asset, worst case at reference price; by quote asset id. */
  readonly grossNotionalMax: readonly { readonly quoteAssetId: number; readonly notionalMax: number }[];
  readonly openOrdersMax: number;
  readonly orderRate: { readonly ordersMax: number; readonly windowNs: number };
  readonly messageRates: readonly MessageRate[];
}

export const POSITION_MAX: number = 2 ** 51;
const MAX = Number.MAX_SAFE_INTEGER;

function requireRange(place: string, name: string, value: number, low: number, high: number): number {
  if (!Number.isSafeInteger(value) || value < low || value > high) {
    throw new RangeError(
      `${place}: ${name} is ${value}, expected an integer from ${low} to ${high}; correct the limits`,
    );
  }
  return value;
}

/** Limits as columns by instrument row. The constructor refuses what is missing, unknown or out of range: no default is a limit. */
export class RiskLimits {
  readonly input: RiskLimitsInput;
  readonly orderQuantityMax: Float64Array;
  readonly orderNotionalMax: Float64Array;
  readonly positionMax: Float64Array;
  readonly openOrdersMaxOf: Int32Array;
  readonly collarAggressivePpm: Float64Array;
  readonly collarPassivePpm: Float64Array;
  readonly referenceAgeMaxNs: Float64Array;
  readonly isRestricted: Uint8Array;
  /** By quote group of the instrument table. */
  readonly grossNotionalMax: Float64Array;
  readonly openOrdersMax: number;

  constructor(input: RiskLimitsInput, instruments: InstrumentTable) {
    const { count } = instruments;
    this.input = input;
    this.orderQuantityMax = new Float64Array(count);
    this.orderNotionalMax = new Float64Array(count);
    this.positionMax = new Float64Array(count);
    this.openOrdersMaxOf = new Int32Array(count);
    this.collarAggressivePpm = new Float64Array(count);
    this.collarPassivePpm = new Float64Array(count);
    this.referenceAgeMaxNs = new Float64Array(count);
    this.isRestricted = new Uint8Array(count);
    this.grossNotionalMax = new Float64Array(instruments.quoteGroupCount);
    this.openOrdersMax = requireRange("limits", "openOrdersMax", input.openOrdersMax, 1, 1_048_576);
    requireRange("limits", "orderRate.ordersMax", input.orderRate.ordersMax, 1, 1_000_000);
    requireRange("limits", "orderRate.windowNs", input.orderRate.windowNs, 1, MAX);
    const rows = new Set<number>();
    for (const limits of input.instruments) rows.add(this.#place(limits, instruments, rows));
    for (let row = 0; row < count; row += 1) {
      if (!rows.has(row)) {
        throw new RangeError(
          `instrument ${instruments.instruments[row]?.symbol}: no limits are given; add them`,
        );
      }
    }
    this.#placeGross(input, instruments);
    checkMessageRates(input, instruments);
  }

  #place(limits: InstrumentLimits, instruments: InstrumentTable, rows: ReadonlySet<number>): number {
    const row = instruments.indexOf(limits.instrumentId);
    const place = `limits of instrument ${limits.instrumentId}`;
    if (row < 0) throw new RangeError(`${place}: the instrument is not defined; remove them`);
    if (rows.has(row)) throw new RangeError(`${place}: given twice; keep one`);
    this.orderQuantityMax[row] = requireRange(place, "orderQuantityMax", limits.orderQuantityMax, 1, MAX);
    this.orderNotionalMax[row] = requireRange(place, "orderNotionalMax", limits.orderNotionalMax, 1, MAX);
    this.positionMax[row] = requireRange(place, "positionMax", limits.positionMax, 0, POSITION_MAX);
    this.openOrdersMaxOf[row] = requireRange(place, "openOrdersMax", limits.openOrdersMax, 0, 1_048_576);
    this.collarAggressivePpm[row] = requireRange(
      place,
      "collarAggressivePpm",
      limits.collarAggressivePpm,
      1,
      999_999,
    );
    this.collarPassivePpm[row] = requireRange(place, "collarPassivePpm", limits.collarPassivePpm, 1, 999_999);
    this.referenceAgeMaxNs[row] = requireRange(place, "referenceAgeMaxNs", limits.referenceAgeMaxNs, 1, MAX);
    this.isRestricted[row] = limits.isRestricted ? 1 : 0;
    return row;
  }

  #placeGross(input: RiskLimitsInput, instruments: InstrumentTable): void {
    instruments.instruments.forEach((instrument, row) => {
      const found = input.grossNotionalMax.filter(
        ({ quoteAssetId }) => quoteAssetId === instrument.quoteAssetId,
      );
      const [limit] = found;
      if (limit === undefined || found.length > 1) {
        throw new RangeError(
          `grossNotionalMax of quote asset ${instrument.quoteAssetId}: given ${found.length} times; give one`,
        );
      }
      const group = instruments.quoteGroup[row] ?? 0;
      this.grossNotionalMax[group] = requireRange(
        "grossNotionalMax",
        "notionalMax",
        limit.notionalMax,
        0,
        MAX,
      );
    });
  }
}

function checkMessageRates(input: RiskLimitsInput, instruments: InstrumentTable): void {
  for (const rate of input.messageRates) {
    const place = `message rate of venue ${rate.venueIndex}`;
    requireRange(place, "venueIndex", rate.venueIndex, 0, 255);
    requireRange(place, "messagesMax", rate.messagesMax, 2, 1_000_000);
    requireRange(place, "windowNs", rate.windowNs, 1, MAX);
    requireRange(place, "cancelReserve", rate.cancelReserve, 1, rate.messagesMax - 1);
  }
  for (const { symbol, venueIndex } of instruments.instruments) {
    if (!input.messageRates.some((rate) => rate.venueIndex === venueIndex)) {
      throw new RangeError(`instrument ${symbol}: venue ${venueIndex} has no message rate; add one`);
    }
  }
}
