import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { ChannelKind } from "../../abi/host/index.ts";
import type { DescribedRecord } from "../../abi/host/index.ts";
import type { ReferenceAsset, ReferenceInstrument } from "./binance-reference.ts";
import { BinanceReference } from "./binance-reference.ts";
import type { PlainAnswer, PlainPlugin } from "./plain-plugin.ts";
import { loadPlainPlugin } from "./plain-plugin.ts";
import { writeRecord } from "./record-writer.ts";

export type Channel = "market" | "rest" | "order" | "orderRest";

const channelKinds = {
  market: ChannelKind.MARKET_STREAM,
  rest: ChannelKind.REST,
  order: ChannelKind.ORDER_SESSION,
  orderRest: ChannelKind.ORDER_REST,
} as const;

const assetIds = [
  "BTC",
  "USDT",
  "ETH",
  "NKN",
  "BLZ",
  "LRC",
  "RUNE",
  "EUR",
  "BCC",
  "XYZ",
  "FINE",
  "LONG",
  "NINE",
];

/** Ten instruments of the recordings and around them: usual scales, a symbol of 24 bytes, none at all, more decimals than the venue's. */
export const instruments: readonly ReferenceInstrument[] = [
  pair(7, "BTC", "USDT", -2),
  pair(8, "ETH", "BTC", -8),
  pair(9, "NKN", "USDT", -8),
  pair(10, "BLZ", "ETH", -8),
  pair(11, "LRC", "BTC", -8),
  pair(12, "RUNE", "EUR", -8),
  { ...pair(13, "BCC", "XYZ", 0), sizeExponent: 0, quoteExponent: 0 },
  { ...pair(14, "FINE", "EUR", -12), sizeExponent: -10 },
  { ...pair(15, "LONG", "EUR", -4), symbol: "ABCDEFGHIJKLMNOPQRSTUVWX" },
  { ...pair(16, "NINE", "EUR", -4), symbol: "币安人生USDT" },
];

export const assets: readonly ReferenceAsset[] = [
  { asset: "BNB", assetId: 500, exponent: -8 },
  { asset: "1000SATS", assetId: 501, exponent: -4 },
];

function pair(
  instrumentId: number,
  baseAsset: string,
  quoteAsset: string,
  priceExponent: number,
): ReferenceInstrument {
  const [baseAssetId, quoteAssetId] = [assetIds.indexOf(baseAsset) + 1, assetIds.indexOf(quoteAsset) + 1];
  const exponents = { priceExponent, sizeExponent: -8, quoteExponent: -8 };
  return {
    instrumentId,
    symbol: baseAsset + quoteAsset,
    baseAsset,
    quoteAsset,
    baseAssetId,
    quoteAssetId,
    ...exponents,
  };
}

/** The codec, its definitions received, and the reference decoder beside it. */
export class BinanceCodec {
  readonly plugin: PlainPlugin;
  readonly reference: BinanceReference = new BinanceReference(instruments, assets);

  private constructor(plugin: PlainPlugin) {
    this.plugin = plugin;
    for (const instrument of instruments)
      plugin.send(writeRecord("InstrumentDefinition", { ...instrument, ...gridOf(instrument) }));
    for (const asset of assets) plugin.send(writeRecord("AssetDefinition", { ...asset }));
  }

  static async load(): Promise<BinanceCodec> {
    return new BinanceCodec(await loadPlainPlugin("venue", "binance"));
  }

  /** Sends one frame to the codec alone. */
  send(channel: Channel, frame: string | Uint8Array, instrumentIndex = 0): PlainAnswer {
    const bytes = typeof frame === "string" ? Buffer.from(frame) : frame;
    return this.plugin.send(
      writeRecord(
        "Frame",
        { lengthBytes: bytes.length, channelKind: channelKinds[channel], instrumentIndex },
        bytes,
      ),
    );
  }

  /** The one record of an accepted frame. */
  accept(channel: Channel, frame: string): DescribedRecord["fields"] {
    const { code, records } = this.check(channel, frame);
    assert.ok(
      code >= 0 && records.length === 1 && records[0] !== undefined,
      `refused with ${code}: ${frame}`,
    );
    return records[0].fields;
  }

  /** Sends one frame to both decoders, which must agree. */
  check(channel: Channel, frame: string | Uint8Array, instrumentIndex = 0): PlainAnswer {
    const bytes = typeof frame === "string" ? Buffer.from(frame) : frame;
    const answer = this.send(channel, bytes, instrumentIndex);
    const expected = this.reference.decode(channel, bytes, instrumentIndex);
    if (expected === null || answer.code < 0) {
      const isAgreed = expected === null && answer.code < 0 && answer.code >= -20;
      assert.ok(
        isAgreed,
        `codec: ${answer.code}, reference: ${expected === null ? "refuses" : "accepts"}: ${Buffer.from(bytes).toString()}`,
      );
    } else assert.deepEqual(answer.records, expected, Buffer.from(bytes).toString());
    return answer;
  }
}

/** A tick of one cent and a lot of 0.00001 where the exponents have them; otherwise one unit. */
function gridOf({ priceExponent, sizeExponent }: ReferenceInstrument): { tickSize: number; lotSize: number } {
  return { tickSize: 10 ** Math.max(0, -priceExponent - 2), lotSize: 10 ** Math.max(0, -sizeExponent - 5) };
}

const dataDirectory = process.env["SANDPIT_DATA"] ?? join(import.meta.dirname, "../../../shared/data");

/** A recorded file, with the reason to skip what needs it where it is not there. */
export function recordedFile(name: string): { readonly path: string; readonly skip: string | false } {
  const path = join(dataDirectory, "binance", name);
  return { path, skip: existsSync(path) ? false : `wanted ${path}` };
}
