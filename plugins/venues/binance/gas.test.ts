import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { before, test } from "node:test";
import { ChannelKind } from "../../../abi/host/index.ts";
import type { LoadedPlugin } from "../../../host/engine/index.ts";
import { MemoryPool, PluginSlot, loadModule } from "../../../host/engine/index.ts";
import { assets, instruments } from "../../../test/support/binance-codec.ts";
import type { Channel } from "../../../test/support/binance-codec.ts";
import { rawDepth, rawQuote, rawTrade, sampleFrames } from "../../../test/support/binance-samples.ts";
import { loadPlainPlugin } from "../../../test/support/plain-plugin.ts";
import { writeRecord } from "../../../test/support/record-writer.ts";

const kinds = {
  market: ChannelKind.MARKET_STREAM,
  rest: ChannelKind.REST,
  order: ChannelKind.ORDER_SESSION,
  orderRest: ChannelKind.ORDER_REST,
};
const slot = new PluginSlot("venue", "venue");
let plugin: LoadedPlugin;

before(async () => {
  // Loading it plainly builds the module where it is stale.
  await loadPlainPlugin("venue", "binance");
  const module = loadModule(
    readFileSync(new URL("../../../build/plugins/venues/binance.wasm", import.meta.url)),
  );
  plugin = module.instantiate(new MemoryPool());
  slot.install(plugin);
  for (const instrument of instruments)
    send(writeRecord("InstrumentDefinition", { ...instrument, tickSize: 1, lotSize: 1 }));
  for (const asset of assets) send(writeRecord("AssetDefinition", { ...asset }));
  // As many assets as a codec takes: they are searched one by one.
  for (let i = 0; i < 200; i += 1)
    send(writeRecord("AssetDefinition", { asset: `A${i}`, assetId: 1_000 + i, exponent: -8 }));
});

/** Sends a record through the metered module and returns the part of its budget that it used. */
function send(record: Uint8Array): number {
  slot.u8.set(record, slot.inboxOffset);
  const code = slot.invoke(new DataView(record.buffer, record.byteOffset).getUint16(2, true), record.length);
  assert.equal(slot.state, "running", `${code}: ${slot.lastFault?.reason ?? ""}`);
  const { gasBase, gasPerByte } = plugin.manifest.limits;
  const budget = gasBase + gasPerByte * record.length;
  return (budget - plugin.exports.gas.value) / budget;
}

function sendFrame(channel: Channel, frame: string): number {
  const bytes = Buffer.from(frame);
  return send(writeRecord("Frame", { lengthBytes: bytes.length, channelKind: kinds[channel] }, bytes));
}

test("a frame of each kind uses at most a third of its gas, by the fast path a twentieth", () => {
  for (const [channel, frame] of sampleFrames) assert.ok(sendFrame(channel, ` ${frame}`) < 0.34, frame);
  for (const frame of [rawDepth, rawQuote, rawTrade]) assert.ok(sendFrame("market", frame) < 0.05, frame);
});

/** As often as the inbox has room for, with the text around it. */
function filled(before_: string, piece: string, after: string): string {
  const room = slot.inboxCapacity - 32 - Buffer.byteLength(before_ + after);
  return before_ + piece.repeat(Math.floor(room / Buffer.byteLength(piece))) + after;
}

test("[V10] no frame of a whole inbox runs out of gas, whatever is densest in it", () => {
  const shapes: readonly (readonly [Channel, string, string, string])[] = [
    ["market", "{", '"":0,', '"x":0}'],
    ["market", '{"stream":"x","data":{', '"":0,', '"e":"x"}}'],
    ["order", '{"event":{', '"":0,', '"e":"executionReport"}}'],
    ["order", '{"id":1,"status":1,"error":{"code":1,"data":{', '"":0,', '"x":0}}}'],
    ["order", '{"id":1,"status":1,"error":{"code":1,"data":{"x":[', "[],", "[]]}}}"],
    [
      "order",
      '{"event":{"e":"outboundAccountPosition","u":1564034571073,"B":[',
      '{"a":"X","f":"0","l":"0"},',
      '{"a":"X","f":"0","l":"0"}]}}',
    ],
    ["rest", '{"lastUpdateId":1,"bids":[', '["1","1"],', '["1","1"]],"asks":[]}'],
    ["market", '{"x":"', "\\n", '"}'],
    ["market", '{"x":"', "\u00e9", '"}'],
    ["market", "[", "0,", "0]"],
    ["market", "[", '"",', "0]"],
    ["market", "{", " ", "}"],
    ["market", '{"u":', "1", "}"],
  ];
  for (const [channel, ...parts] of shapes)
    assert.ok(sendFrame(channel, filled(...parts)) < 1, parts.join(" "));
});
