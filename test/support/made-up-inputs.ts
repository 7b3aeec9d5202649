import { HEADER_BYTES } from "../../abi/host/index.ts";
import * as abi from "../../abi/host/index.ts";
import { MarketWalk } from "../../host/engine/admission/trial/market-walk.ts";
import { recordMakers } from "../../host/engine/admission/trial/record-makers.ts";
import type { Manifest } from "../../host/engine/index.ts";
import { writeRecord } from "./record-writer.ts";

/** The first, some, and the last that a host can have. */
const FEW: readonly number[] = [1, 2, 3, 64];

/** Definitions of instruments, then so many made-up events of the records that a plugin reads, the instruments mixed. */
export function madeUpInputs(
  { reads, features }: Manifest,
  seed: number,
  count: number,
  instruments: readonly number[] = FEW,
): Uint8Array[] {
  const makers = [...recordMakers].filter(([name]) => reads.includes(name));
  const walk = new MarketWalk(seed);
  const definitions = instruments.map((instrumentId) =>
    writeRecord("InstrumentDefinition", {
      instrumentId,
      tickSize: instrumentId * 10,
      lotSize: 1_000,
      minQuantity: 1_000,
      maxQuantity: 900_000_000_000,
      priceExponent: -2,
      sizeExponent: -8,
      quoteExponent: -10,
    }),
  );
  const events = Array.from({ length: count }, (_, index) => {
    const [name, make] = makers[index % makers.length] ?? [];
    if (name === undefined || make === undefined) throw new Error("the plugin reads nothing that is made up");
    if (index % makers.length === 0) walk.advance();
    return withInstrument(
      name,
      make(walk, features.length),
      instruments[walk.whole(instruments.length)] ?? 1,
    );
  });
  return [...(reads.includes("InstrumentDefinition") ? definitions : []), ...events];
}

/** The makers know one instrument. */
function withInstrument(name: string, record: Uint8Array, instrumentId: number): Uint8Array {
  const { instrumentId: offset } = (abi as unknown as Record<string, { instrumentId?: number }>)[name] ?? {};
  if (offset === undefined) return record;
  const copy = record.slice();
  new DataView(copy.buffer).setUint32(HEADER_BYTES + offset, instrumentId, true);
  return copy;
}
