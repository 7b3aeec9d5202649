import type { Instrument, InstrumentTable } from "../orders/index.ts";
import type { Asset, AssetTable } from "./asset-table.ts";

/** A base quantity is scaled by 10^0 to 10^8 to the asset's exponent. */
const SCALE_MAX = 8;

/** Which assets a fill of an instrument moves, as columns by instrument row. Refuses exponents that do not fit together. */
export class AssetRoles {
  readonly baseAsset: Int32Array;
  readonly quoteAsset: Int32Array;
  /** Mantissas of the base asset in one size mantissa. */
  readonly baseScale: Float64Array;
  /** 0: a future's fill moves no balance but the fee. */
  readonly isSpot: Uint8Array;

  constructor(instruments: InstrumentTable, assets: AssetTable) {
    this.baseAsset = new Int32Array(instruments.count);
    this.quoteAsset = new Int32Array(instruments.count);
    this.baseScale = new Float64Array(instruments.count);
    this.isSpot = new Uint8Array(instruments.count);
    instruments.instruments.forEach((instrument, row) => {
      this.#bind(instrument, row, assets);
    });
  }

  #bind(instrument: Instrument, row: number, assets: AssetTable): void {
    const quote = requireAsset(instrument, "quote", instrument.quoteAssetId, assets);
    if (quote.exponent !== instrument.quoteExponent) {
      throw new RangeError(
        `instrument ${instrument.symbol}: quote asset ${quote.code} is at exponent ${quote.exponent}; ` +
          `define it at the instrument's quoteExponent, ${instrument.quoteExponent}`,
      );
    }
    this.quoteAsset[row] = assets.indexOf(quote.assetId);
    if (instrument.kind !== "spot") return;
    const base = requireAsset(instrument, "base", instrument.baseAssetId, assets);
    const scale = instrument.sizeExponent - base.exponent;
    if (scale < 0 || scale > SCALE_MAX) {
      throw new RangeError(
        `instrument ${instrument.symbol}: base asset ${base.code} is at exponent ${base.exponent}; ` +
          `define it from ${instrument.sizeExponent - SCALE_MAX} to ${instrument.sizeExponent}`,
      );
    }
    this.isSpot[row] = 1;
    this.baseAsset[row] = assets.indexOf(base.assetId);
    this.baseScale[row] = 10 ** scale;
  }
}

function requireAsset(instrument: Instrument, role: string, assetId: number, assets: AssetTable): Asset {
  const asset = assets.assets[assets.indexOf(assetId)];
  if (asset === undefined) {
    throw new RangeError(
      `instrument ${instrument.symbol}: its ${role} asset ${assetId} is not defined; define it`,
    );
  }
  return asset;
}
