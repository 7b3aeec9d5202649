import { AssetDefinition, InstrumentDefinition } from "abi/assembly";

/** An asset that the host knows: its code in one word, zero beyond its end. */
@unmanaged
export class Asset {
  code: u64;
  assetId: u32;
  decimals: u32;
}

const CAPACITY: u32 = 512;
const list: usize = heap.alloc(<usize>CAPACITY * offsetof<Asset>());
let count: u32 = 0;

/** What stands for an asset that the host did not define. */
export const UNKNOWN_ASSET: u32 = 0xffff_ffff;

/** Defines an asset. A definition of its own counts before what instruments say of their base and quote. */
export function defineAsset(definition: AssetDefinition): void {
  put(load<u64>(changetype<usize>(definition)), definition.assetId, definition.exponent, true);
}

/** Base and quote of an instrument are assets too: the first instrument that names one fixes its exponent. */
export function defineAssetsOf(instrument: InstrumentDefinition): void {
  const fields = changetype<usize>(instrument);
  put(
    load<u64>(fields + offsetof<InstrumentDefinition>("baseAsset0")),
    instrument.baseAssetId,
    instrument.sizeExponent,
    false,
  );
  put(
    load<u64>(fields + offsetof<InstrumentDefinition>("quoteAsset0")),
    instrument.quoteAssetId,
    instrument.quoteExponent,
    false,
  );
}

function put(code: u64, assetId: u32, exponent: i32, replaces: bool): void {
  if (code == 0) return;
  assert(exponent <= 0 && exponent >= -15, "exponent out of range: 0 to -15");
  let asset = byCode(code);
  if (asset !== null && !replaces) return;
  if (asset === null) {
    assert(count < CAPACITY, "too many assets");
    asset = changetype<Asset>(list + <usize>count * offsetof<Asset>());
    count += 1;
  }
  asset.code = code;
  asset.assetId = assetId;
  asset.decimals = <u32>-exponent;
}

function byCode(code: u64): Asset | null {
  for (let i: u32 = 0; i < count; i += 1) {
    const asset = changetype<Asset>(list + <usize>i * offsetof<Asset>());
    if (asset.code == code) return asset;
  }
  return null;
}

/** The asset whose code begins at `p` and ends before a quotation mark, or null. Codes have at most eight bytes. */
export function assetAt(p: usize): Asset | null {
  let length: usize = 0;
  while (load<u8>(p + length) != 0x22) {
    length += 1;
    if (length > 8) return null;
  }
  if (length == 0) return null;
  return byCode(length == 8 ? load<u64>(p) : load<u64>(p) & (((<u64>1) << (length * 8)) - 1));
}
