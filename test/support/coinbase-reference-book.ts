import type { DescribedRecord } from "../../abi/host/index.ts";
import { BookImage } from "../../abi/host/index.ts";
import type { ReferenceInstrument } from "./binance-reference.ts";
import { decimal, Fields, refuse } from "./binance-reference-fields.ts";
import { coinbaseKeys, isoNs, items, record } from "./coinbase-reference-order.ts";

const LEVELS_MAX = 2048;

interface Level {
  readonly isBid: boolean;
  readonly time: string;
  readonly price: bigint;
  readonly size: bigint;
}

/** The records of one event of `l2_data`: no more than 2,048 levels of a side in each. */
export function referenceBook(
  event: Fields,
  instruments: readonly ReferenceInstrument[],
  sequence: bigint,
  sentNs: bigint,
): readonly DescribedRecord[] {
  const isImage = event.oneOf("type", { snapshot: true, update: false });
  const product = event.text("product_id");
  const instrument = instruments.find(({ symbol }) => symbol === product) ?? refuse("unknown symbol");
  const chunks = inChunks(
    items(event, "updates").flatMap((one) => level(new Fields(one, coinbaseKeys), instrument)),
  );
  if (!isImage && chunks[0]?.length === 0) return [];
  return chunks.map((levels, index) => {
    const fields = {
      firstUpdateId: sequence,
      lastUpdateId: sequence,
      tsEvent: isImage ? sentNs : lastTime(levels),
      instrumentId: instrument.instrumentId,
      snapshot: isImage ? imageOf(index, chunks.length) : BookImage.DELTA,
    };
    return record("BookDelta", fields, { bids: side(levels, true), asks: side(levels, false) });
  });
}

/** None where it is an offer whose price is above every mantissa: it stands behind all others. */
function level(fields: Fields, { priceExponent, sizeExponent }: ReferenceInstrument): readonly Level[] {
  const isBid = fields.oneOf("side", { bid: true, offer: false });
  const time = fields.text("event_time");
  const size = fields.decimal("new_quantity", sizeExponent);
  const priceText = fields.text("price_level");
  if (!isBid && isBeyond(priceText, priceExponent)) return [];
  return [{ isBid, time, price: decimal(priceText, priceExponent), size }];
}

/** Whether a decimal that has no digit too many is above 2^53 - 1 units. */
function isBeyond(text: string, exponent: number): boolean {
  const [, whole = "", fraction = ""] = /^(0|[1-9]\d*)(?:\.(\d+))?$/.exec(text) ?? [];
  const kept = fraction.replace(/0+$/, "");
  if (whole === "" || kept.length > -exponent) return false;
  return BigInt(whole + kept.padEnd(-exponent, "0")) > BigInt(Number.MAX_SAFE_INTEGER);
}

function inChunks(levels: readonly Level[]): readonly Level[][] {
  const chunks: Level[][] = [[]];
  for (const one of levels) {
    const isFull = (chunks.at(-1) ?? []).filter(({ isBid }) => isBid === one.isBid).length === LEVELS_MAX;
    if (isFull) chunks.push([one]);
    else chunks.at(-1)?.push(one);
  }
  return chunks;
}

function lastTime(levels: readonly Level[]): bigint {
  return isoNs(levels.at(-1)?.time ?? "");
}

function imageOf(index: number, count: number): number {
  if (count === 1) return BookImage.WHOLE;
  if (index === 0) return BookImage.FIRST;
  return index === count - 1 ? BookImage.LAST : BookImage.MIDDLE;
}

function side(levels: readonly Level[], isBid: boolean): { price: bigint; size: bigint }[] {
  return levels.filter((one) => one.isBid === isBid).map(({ price, size }) => ({ price, size }));
}
