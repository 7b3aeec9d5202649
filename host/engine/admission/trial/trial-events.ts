import {
  AssetDefinition,
  HEADER_BYTES,
  InstrumentDefinition,
  memoryMapOf,
} from "../../../../abi/host/index.ts";
import { AdmissionError } from "../admission-error.ts";
import type { Manifest } from "../../manifest.ts";
import { MarketWalk } from "./market-walk.ts";
import { RecordDraft } from "./record-draft.ts";
import { recordMakers } from "./record-makers.ts";

/** Generated events; the definitions come on top. Enough for every branch of `frameOf` and every eighth round, sixteen times over. */
const GENERATED = 256;
/** Recorded events of a request. With the most gas that a kind may ask for these would outlast any deadline, and that ends them. */
export const EVENTS_MAX = 4_096;
const SEED = 1;
const ASSETS = ["BTC", "USDT", "BNB"];

/** What a plugin is tried on: definitions, then made-up events of the records that it reads, then the recorded ones. */
export function trialEvents(manifest: Manifest, recorded: readonly Uint8Array[]): Uint8Array[] {
  checkRecorded(manifest, recorded);
  return [...definitions(manifest), ...generated(manifest), ...recorded];
}

function definitions({ reads }: Manifest): Uint8Array[] {
  const assets = ASSETS.map(
    (asset, index) =>
      new RecordDraft(AssetDefinition)
        .text(AssetDefinition.asset, asset)
        .uint32(AssetDefinition.assetId, index + 1)
        .byte(AssetDefinition.exponent, -8).bytes,
  );
  return [
    ...(reads.includes("InstrumentDefinition") ? [instrument()] : []),
    ...(reads.includes("AssetDefinition") ? assets : []),
  ];
}

function instrument(): Uint8Array {
  return new RecordDraft(InstrumentDefinition)
    .int64(InstrumentDefinition.tickSize, 1)
    .int64(InstrumentDefinition.lotSize, 1_000)
    .int64(InstrumentDefinition.minQuantity, 1_000)
    .int64(InstrumentDefinition.maxQuantity, 900_000_000_000)
    .int64(InstrumentDefinition.minNotional, 500_000_000)
    .uint32(InstrumentDefinition.instrumentId, 1)
    .uint32(InstrumentDefinition.instrumentVersion, 1)
    .uint32(InstrumentDefinition.baseAssetId, 1)
    .uint32(InstrumentDefinition.quoteAssetId, 2)
    .text(InstrumentDefinition.symbol, "BTCUSDT")
    .text(InstrumentDefinition.baseAsset, "BTC")
    .text(InstrumentDefinition.quoteAsset, "USDT")
    .byte(InstrumentDefinition.priceExponent, -2)
    .byte(InstrumentDefinition.sizeExponent, -8)
    .byte(InstrumentDefinition.quoteExponent, -8).bytes;
}

function generated({ reads, features }: Manifest): Uint8Array[] {
  const makers = [...recordMakers].flatMap(([name, make]) => (reads.includes(name) ? [make] : []));
  const walk = new MarketWalk(SEED);
  return Array.from({ length: makers.length === 0 ? 0 : GENERATED }, (_, index) => {
    if (index % makers.length === 0) walk.advance();
    return makers[index % makers.length]?.(walk, features.length) ?? new Uint8Array(0);
  });
}

/** A recorded event is given as it is: it has to fit the inbox. */
function checkRecorded({ kind }: Manifest, recorded: readonly Uint8Array[]): void {
  const { inboxCapacity } = memoryMapOf(kind);
  if (recorded.length > EVENTS_MAX) refuse(`there are ${recorded.length}, the limit is ${EVENTS_MAX}`);
  const wrong = recorded.findIndex(({ length }) => length < HEADER_BYTES || length > inboxCapacity);
  if (wrong >= 0)
    refuse(`number ${wrong} has ${recorded[wrong]?.length ?? 0} bytes, the inbox holds ${inboxCapacity}`);
}

function refuse(text: string): never {
  throw new AdmissionError(
    "SANDPIT_ADMISSION_EVENTS_REFUSED",
    `the recorded events are refused: ${text}; give records of the schema, headers included`,
  );
}
