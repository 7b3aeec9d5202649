/** One asset that balances and fees are counted in. */
export interface Asset {
  /** 1 to 2^32 − 2. */
  readonly assetId: number;
  /** 1 to 8 printable ASCII characters. */
  readonly code: string;
  /** −18 to 0: a balance of 1 is 10^exponent. */
  readonly exponent: number;
}

/** Twice the instruments of a host, each of which brings a base asset of its own at most. */
const ASSETS_MAX = 1024;

/** Assets in dense rows. A host numbers them from 1 in the order of the rows, so an id mostly tells its row; others are found by a walk over one small column. */
export class AssetTable {
  readonly count: number;
  readonly assets: readonly Asset[];
  readonly #ids: Int32Array;

  constructor(assets: readonly Asset[]) {
    if (assets.length === 0 || assets.length > ASSETS_MAX) {
      throw new RangeError(
        `${assets.length} assets: expected 1 to ${ASSETS_MAX}; name those that instruments and fees use`,
      );
    }
    this.count = assets.length;
    this.assets = Object.freeze([...assets]);
    this.#ids = new Int32Array(assets.length);
    assets.forEach((asset, row) => {
      checkAsset(asset);
      if (this.indexOf(asset.assetId) >= 0) {
        throw new RangeError(`asset ${asset.code}: id ${asset.assetId} is used twice`);
      }
      this.#ids[row] = asset.assetId;
    });
  }

  /** Row of an asset by its id (signed or unsigned 32 bits), or −1. */
  indexOf(assetId: number): number {
    const ids = this.#ids;
    const wanted = assetId | 0;
    if (wanted === 0) return -1;
    if (ids[wanted - 1] === wanted) return wanted - 1;
    for (let row = 0; row < ids.length; row += 1) {
      if (ids[row] === wanted) return row;
    }
    return -1;
  }
}

function checkAsset(asset: Asset): void {
  const { assetId, code, exponent } = asset;
  if (!/^[\x21-\x7e]{1,8}$/.test(code)) {
    throw new RangeError(
      `asset "${code}": expected 1 to 8 printable ASCII characters; correct the definition`,
    );
  }
  if (!Number.isInteger(assetId) || assetId < 1 || assetId > 0xffff_fffe) {
    throw new RangeError(
      `asset ${code}: id ${assetId} is not from 1 to 4,294,967,294; correct the definition`,
    );
  }
  if (!Number.isInteger(exponent) || exponent < -18 || exponent > 0) {
    throw new RangeError(`asset ${code}: exponent ${exponent} is not from -18 to 0; correct the definition`);
  }
}
