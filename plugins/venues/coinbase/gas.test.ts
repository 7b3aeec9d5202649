import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { before, test } from "node:test";
import { FramePart } from "../../../abi/host/index.ts";
import type { LoadedPlugin } from "../../../host/engine/index.ts";
import { MemoryPool, PluginSlot, loadModule } from "../../../host/engine/index.ts";
import { coinbaseDefinitions, coinbaseFrame } from "../../../test/support/coinbase-codec.ts";
import type { CoinbaseLine } from "../../../test/support/coinbase-reference.ts";
import { coinbaseSamples, level2 } from "../../../test/support/coinbase-samples.ts";
import { loadPlainPlugin } from "../../../test/support/plain-plugin.ts";

const slot = new PluginSlot("venue", "venue");
let plugin: LoadedPlugin;

before(async () => {
  // Loading it plainly builds the module where it is stale.
  await loadPlainPlugin("venue", "coinbase");
  const module = loadModule(
    readFileSync(new URL("../../../build/plugins/venues/coinbase.wasm", import.meta.url)),
  );
  plugin = module.instantiate(new MemoryPool());
  slot.install(plugin);
  for (const definition of coinbaseDefinitions()) send(definition);
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

const sendMessage = (line: CoinbaseLine, text: string, part: number = FramePart.WHOLE): number =>
  send(coinbaseFrame(line, Buffer.from(text), part));

const levels = Array.from({ length: 46 }, (_, i) => ({
  side: "bid" as const,
  price: `650${i + 10}.5`,
  size: "0.2037",
}));

test("a message of each kind uses at most a third of its gas, a book in the venue's own form a twentieth", () => {
  for (const [line, text] of coinbaseSamples) assert.ok(sendMessage(line, text) < 0.34, text);
  assert.ok(sendMessage("market", level2(levels)) < 0.05);
});

/** As often as the inbox has room for, with the text around it. */
function filled(before_: string, piece: string, after: string): string {
  const room = slot.inboxCapacity - 32 - Buffer.byteLength(before_ + after);
  return before_ + piece.repeat(Math.floor(room / Buffer.byteLength(piece))) + after;
}

const head = '{"channel":"l2_data","timestamp":"2026-08-09T21:05:48Z","sequence_num":1,"events":[';
const event = '{"type":"update","product_id":"BTC-USD","updates":[';
const level = '{"side":"bid","event_time":"","price_level":"1","new_quantity":"1"}';

test("[V10] no message of a whole inbox runs out of gas, whatever is densest in it", () => {
  const shapes: readonly (readonly [CoinbaseLine, string, string, string])[] = [
    ["market", "{", '"":0,', '"x":0}'],
    ["market", head + event, `${level},`, `${level}]}]}`],
    ["market", head + event, "{},", "{}]}]}"],
    ["market", head, `${event}]},`, `${event}]}]}`],
    ["market", head, "{},", "{}]}"],
    ["market", `${head + event} ${level}`, `,${level}`, "x"],
    ["market", '{"channel":"l2_data"', " ", "}"],
    ["market", '{"channel":"l2_data","x":"', "\\n", '"}'],
    [
      "order",
      '{"channel":"user","timestamp":"2026-08-09T21:05:48Z","sequence_num":1,"events":[',
      "{},",
      "{}]}",
    ],
    ["rest", '200 1 0\n{"orders":[', "{},", "{}]}"],
    ["rest", '200 1 0\n{"accounts":[', '{"currency":"X","available_balance":0,"hold":0},', "0]}"],
    ["rest", '200 1 0\n{"fills":[', "[],", "[]]}"],
    ["rest", "", "1", " 1 0\n"],
    ["market", "[", "0,", "0]"],
    ["market", "[", '"",', "0]"],
    ["market", "{", " ", "}"],
  ];
  for (const [line, ...parts] of shapes) assert.ok(sendMessage(line, filled(...parts)) < 1, parts.join(" "));
});

test("[V10] no part runs out of gas, whatever is left of the one before it", () => {
  const pieces = [
    `${level},`,
    `${level} ,`,
    "{",
    '"',
    "\\",
    " ",
    `{"x":"${"[".repeat(4_000)}"},`,
    `{"x":${"[".repeat(10)}`,
  ];
  for (const piece of pieces)
    for (const length of [1, 100, 3_000, 4_090, slot.inboxCapacity - 32]) {
      sendMessage("market", head + event, FramePart.FIRST);
      const text = piece.repeat(Math.ceil((2 * length) / piece.length));
      for (const part of [text.slice(0, length), text.slice(length, 2 * length)])
        assert.ok(
          sendMessage("market", part, FramePart.MIDDLE) < 1,
          `${length} bytes of ${piece.slice(0, 20)}`,
        );
    }
});

test("[V10] a piece that grows by single bytes never runs out of gas, though it is looked at again each time", () => {
  for (const start of [
    '{"channel":"l2_data"',
    '{"channel":"x"',
    `${head}{"x":"`,
    `${head + event}{"side":"`,
  ]) {
    sendMessage("market", start, FramePart.FIRST);
    for (let i = 0; i < 4_200; i += 1)
      assert.ok(sendMessage("market", "a", FramePart.MIDDLE) < 0.5, `${start} ${i}`);
  }
});
