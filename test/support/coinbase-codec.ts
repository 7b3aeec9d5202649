import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { zstdDecompressSync } from "node:zlib";
import { z } from "zod";
import { ChannelKind, FramePart } from "../../abi/host/index.ts";
import { venueKinds } from "../../host/control/venue-kind.ts";
import type { DescribedRecord } from "../../abi/host/index.ts";
import type { ReferenceAsset, ReferenceInstrument } from "./binance-reference.ts";
import type { CoinbaseLine } from "./coinbase-reference.ts";
import { CoinbaseReference } from "./coinbase-reference.ts";
import type { PlainAnswer, PlainPlugin } from "./plain-plugin.ts";
import { loadPlainPlugin } from "./plain-plugin.ts";
import { writeRecord } from "./record-writer.ts";

export const channelKinds: Readonly<Record<CoinbaseLine, number>> = {
  market: ChannelKind.MARKET_STREAM,
  order: ChannelKind.ORDER_SESSION,
  rest: ChannelKind.ORDER_REST,
};

/** The recording's products, one whose decimals are beyond the fast path, and one without any. */
export const coinbaseInstruments: readonly ReferenceInstrument[] = [
  product(21, "BTC", 1, "USD", 2, -2, -8),
  product(22, "ETH", 3, "USD", 2, -2, -8),
  product(23, "FINE", 4, "EUR", 5, -12, -10),
  product(24, "WHOLE", 6, "EUR", 5, 0, 0),
];

/** The same as a configuration of the host has them: its exponent for every amount of this venue. */
export const configuredInstruments: readonly ReferenceInstrument[] = coinbaseInstruments
  .slice(0, 2)
  .map((instrument) => ({
    ...instrument,
    priceExponent: venueKinds.coinbase.exponent,
    sizeExponent: venueKinds.coinbase.exponent,
    quoteExponent: venueKinds.coinbase.exponent,
  }));

/** Dollars are kept to the cent; a code of eight bytes. */
export const coinbaseAssets: readonly ReferenceAsset[] = [
  { asset: "USD", assetId: 2, exponent: -2 },
  { asset: "1000SATS", assetId: 501, exponent: -4 },
];

function product(
  instrumentId: number,
  baseAsset: string,
  baseAssetId: number,
  quoteAsset: string,
  quoteAssetId: number,
  priceExponent: number,
  sizeExponent: number,
): ReferenceInstrument {
  const symbol = `${baseAsset}-${quoteAsset}`;
  const assets = { baseAsset, baseAssetId, quoteAsset, quoteAssetId };
  return { instrumentId, symbol, ...assets, priceExponent, sizeExponent, quoteExponent: -8 };
}

/** The records that define all of them: a tick of one cent and a lot of 0.00001 where the exponents have them. */
export function coinbaseDefinitions(
  instruments: readonly ReferenceInstrument[] = coinbaseInstruments,
): readonly Uint8Array[] {
  return [
    ...instruments.map((instrument) => {
      const tickSize = 10 ** Math.max(0, -instrument.priceExponent - 2);
      const lotSize = 10 ** Math.max(0, -instrument.sizeExponent - 5);
      return writeRecord("InstrumentDefinition", { ...instrument, tickSize, lotSize });
    }),
    ...coinbaseAssets.map((asset) => writeRecord("AssetDefinition", { ...asset })),
  ];
}

/** One message, or a part of one, as the host gives it to the codec. */
export function coinbaseFrame(
  line: CoinbaseLine,
  bytes: Uint8Array,
  part: number = FramePart.WHOLE,
): Uint8Array {
  return writeRecord("Frame", { lengthBytes: bytes.length, channelKind: channelKinds[line], part }, bytes);
}

/** The codec, its definitions received, and the reference decoder beside it. */
export class CoinbaseCodec {
  readonly plugin: PlainPlugin;
  readonly reference: CoinbaseReference;

  private constructor(plugin: PlainPlugin, instruments: readonly ReferenceInstrument[]) {
    this.plugin = plugin;
    this.reference = new CoinbaseReference(instruments, coinbaseAssets);
    for (const definition of coinbaseDefinitions(instruments)) plugin.send(definition);
  }

  static async load(
    instruments: readonly ReferenceInstrument[] = coinbaseInstruments,
  ): Promise<CoinbaseCodec> {
    return new CoinbaseCodec(await loadPlainPlugin("venue", "coinbase"), instruments);
  }

  /** Sends one message or part to the codec alone. */
  send(line: CoinbaseLine, message: string | Uint8Array, part: number = FramePart.WHOLE): PlainAnswer {
    return this.plugin.send(coinbaseFrame(line, Buffer.from(message), part));
  }

  /** Sends a message of the market line cut at these places, ascending; every answer. */
  sendParts(message: Uint8Array, cuts: readonly number[]): readonly PlainAnswer[] {
    const edges = [0, ...cuts, message.length];
    return edges.slice(1).map((edge, index) => {
      const isLast = index === edges.length - 2;
      const part = index === 0 ? FramePart.FIRST : isLast ? FramePart.LAST : FramePart.MIDDLE;
      return this.send("market", message.subarray(edges[index], edge), part);
    });
  }

  /** Sends one whole message to both decoders, which must agree. */
  check(line: CoinbaseLine, message: string | Uint8Array): PlainAnswer {
    const bytes = Buffer.from(message);
    const answer = this.send(line, bytes);
    const expected = this.reference.decode(line, bytes);
    const text = (): string => bytes.toString("utf8", 0, 4000);
    if (expected === null || answer.code < 0) {
      const isAgreed = expected === null && answer.code < 0 && answer.code >= -24;
      const verdict = expected === null ? "refuses" : "accepts";
      assert.ok(isAgreed, `codec: ${answer.code}, reference: ${verdict}: ${text()}`);
    } else assert.deepEqual(answer.records, expected, text());
    return answer;
  }

  /** The fields of the one record of a name that an accepted message gives. */
  accept(line: CoinbaseLine, message: string, name: string): DescribedRecord["fields"] {
    const { code, records } = this.check(line, message);
    const [record, ...others] = records.filter((one) => one.name === name);
    assert.ok(code >= 0 && record !== undefined && others.length === 0, `${code}: ${message}`);
    return record.fields;
  }
}

const dataDirectory = process.env["SANDPIT_DATA"] ?? join(import.meta.dirname, "../../../shared/data");
const recordedLine = z.object({ t: z.string(), data: z.string().optional() });

/** A recording, with the reason to skip what needs it where it is not there. */
export const coinbaseRecording: { readonly path: string; readonly skip: string | false } = (() => {
  const path = join(dataDirectory, "coinbase", "advanced-trade-ws-20260809.jsonl.zst");
  return { path, skip: existsSync(path) ? false : `wanted ${path}` };
})();

/** The messages that the venue sent, as they came. */
export function recordedMessages(): readonly string[] {
  const text = zstdDecompressSync(readFileSync(coinbaseRecording.path)).toString("utf8");
  return text.split("\n").flatMap((line) => {
    if (line === "") return [];
    const { t, data } = recordedLine.parse(JSON.parse(line));
    return t === "recv" && data !== undefined ? [data] : [];
  });
}
