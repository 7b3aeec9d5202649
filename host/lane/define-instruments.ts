import { AssetDefinition, HEADER_BYTES, InstrumentDefinition, writeInt64 } from "../../abi/host/index.ts";
import type { PluginSlot } from "../engine/index.ts";
import type { Instrument } from "../execution/orders/index.ts";
import type { Asset } from "../execution/positions/index.ts";
import { BESIDE } from "../engine/index.ts";
import { openInbox } from "./inbox.hot.ts";
import type { LaneConfiguration } from "./lane-configuration.ts";

/**
 * Tells every plugin the instruments, and the codecs the assets, before their first event; a codec is told of its own venue's instruments
 * alone. Throws when a plugin faults on them. A slot beside another has the other's name with a mark behind it.
 */
export function defineInstruments(slots: readonly PluginSlot[], configuration: LaneConfiguration): void {
  for (const slot of slots) {
    const own = venueIndexOf(slot, configuration);
    for (const instrument of configuration.instruments)
      if (own < 0 || instrument.venueIndex === own) sendInstrument(slot, instrument, configuration.assets);
    if (slot.kind === "venue") for (const asset of configuration.assets) sendAsset(slot, asset);
    if (slot.state === "faulted")
      throw new Error(
        `plugin ${slot.name} fails on its first records: ${slot.lastFault?.reason ?? "stopped"}; correct it or take it out of the configuration`,
      );
  }
}

/** Index of the venue whose codec is in the slot; -1 for plugins of other kinds. */
function venueIndexOf({ kind, name }: PluginSlot, { venues }: LaneConfiguration): number {
  if (kind !== "venue") return -1;
  const index = venues.findIndex((venue) => name === venue.name || name === `${venue.name}${BESIDE}`);
  if (index < 0)
    throw new Error(`the codec ${name} belongs to no configured venue; name its slot like its venue`);
  return index;
}

function sendInstrument(slot: PluginSlot, instrument: Instrument, assets: readonly Asset[]): void {
  const block = openInbox(slot, InstrumentDefinition.templateId, InstrumentDefinition.blockLength);
  const { i32, u8 } = slot;
  u8.fill(0, block, block + InstrumentDefinition.blockLength);
  writeInt64(i32, (block + InstrumentDefinition.tickSize) >> 2, instrument.tickSize);
  writeInt64(i32, (block + InstrumentDefinition.lotSize) >> 2, instrument.lotSize);
  writeInt64(i32, (block + InstrumentDefinition.minQuantity) >> 2, instrument.minQuantity);
  writeInt64(i32, (block + InstrumentDefinition.maxQuantity) >> 2, instrument.maxQuantity);
  writeInt64(i32, (block + InstrumentDefinition.minNotional) >> 2, instrument.minNotional);
  i32[(block + InstrumentDefinition.instrumentId) >> 2] = instrument.instrumentId;
  i32[(block + InstrumentDefinition.instrumentVersion) >> 2] = instrument.version;
  i32[(block + InstrumentDefinition.baseAssetId) >> 2] = instrument.baseAssetId;
  i32[(block + InstrumentDefinition.quoteAssetId) >> 2] = instrument.quoteAssetId;
  writeText(u8, block + InstrumentDefinition.symbol, instrument.symbol);
  writeText(u8, block + InstrumentDefinition.baseAsset, codeOf(assets, instrument.baseAssetId));
  writeText(u8, block + InstrumentDefinition.quoteAsset, codeOf(assets, instrument.quoteAssetId));
  u8[block + InstrumentDefinition.priceExponent] = instrument.priceExponent;
  u8[block + InstrumentDefinition.sizeExponent] = instrument.sizeExponent;
  u8[block + InstrumentDefinition.quoteExponent] = instrument.quoteExponent;
  slot.invoke(InstrumentDefinition.templateId, HEADER_BYTES + InstrumentDefinition.blockLength);
}

function sendAsset(slot: PluginSlot, asset: Asset): void {
  const block = openInbox(slot, AssetDefinition.templateId, AssetDefinition.blockLength);
  slot.u8.fill(0, block, block + AssetDefinition.blockLength);
  writeText(slot.u8, block + AssetDefinition.asset, asset.code);
  slot.i32[(block + AssetDefinition.assetId) >> 2] = asset.assetId;
  slot.u8[block + AssetDefinition.exponent] = asset.exponent;
  slot.invoke(AssetDefinition.templateId, HEADER_BYTES + AssetDefinition.blockLength);
}

function codeOf(assets: readonly Asset[], assetId: number): string {
  const asset = assets.find((candidate) => candidate.assetId === assetId);
  if (asset === undefined)
    throw new Error(`an instrument names the asset ${assetId}, which is not defined; define it`);
  return asset.code;
}

function writeText(bytes: Uint8Array, at: number, text: string): void {
  for (let index = 0; index < text.length; index++) bytes[at + index] = text.charCodeAt(index);
}
