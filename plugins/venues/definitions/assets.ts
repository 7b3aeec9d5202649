import { AssetDefinition, InstrumentDefinition } from "abi/assembly";

/** An asset that the host knows: its code in one word, zero beyond its end. */
@unmanaged
export class Asset {
  code: u64;
  assetId: u32;
  decimals: u32;
}

/** Assets that one host may define, in a hash table of four times as many places, so that a search is short. */
const CAPACITY: u32 = 1024;
const PLACES: u32 = 4096;
const HASH_SHIFT: u64 = 52;
const GOLDEN: u64 = 0x9e3779b97f4a7c15;
const table: usize = heap.alloc(<usize>PLACES * offsetof<Asset>());
memory.fill(table, 0, <usize>PLACES * offsetof<Asset>());
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
  const asset = placeOfCode(code);
  if (asset.code != 0 && !replaces) return;
  if (asset.code == 0) {
    assert(count < CAPACITY, "too many assets");
    count += 1;
  }
  asset.code = code;
  asset.assetId = assetId;
  asset.decimals = <u32>-exponent;
}

/** Where a code stands, or the free place where it would. */
function placeOfCode(code: u64): Asset {
  let place = <u32>((code * GOLDEN) >> HASH_SHIFT);
  while (true) {
    const asset = changetype<Asset>(table + <usize>place * offsetof<Asset>());
    if (asset.code == code || asset.code == 0) return asset;
    place = (place + 1) & (PLACES - 1);
  }
}

/** The asset of a code in one word, or null. */
export function assetOfCode(code: u64): Asset | null {
  const asset = placeOfCode(code);
  return asset.code != 0 ? asset : null;
}

/** The asset whose code begins at `p` and ends before a quotation mark, or null. Codes have at most eight bytes. */
export function assetAt(p: usize): Asset | null {
  let length: usize = 0;
  while (load<u8>(p + length) != 0x22) {
    length += 1;
    if (length > 8) return null;
  }
  if (length == 0) return null;
  return assetOfCode(length == 8 ? load<u64>(p) : load<u64>(p) & (((<u64>1) << (length * 8)) - 1));
}
