import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { gunzipSync } from "node:zlib";
import { compareRules } from "../../../../../host/execution/gateways/binance/venue-rules.ts";
import { recordedFile } from "../../../../support/binance-codec.ts";
import { exchangeInfoText } from "../../../../support/venue-rules-answer.ts";

const grid = {
  symbol: "BTCUSDT",
  tickSize: "0.01",
  lotSize: "0.00001",
  minQuantity: "0.00001",
  maxQuantity: "9000",
  minNotional: "5",
};

test("rules that are the configuration's have no difference, whatever zeros they are written with", () => {
  const rules = compareRules(exchangeInfoText(), [{ ...grid, maxQuantity: "09000.0" }]);
  assert.deepEqual(rules, {
    differences: [],
    weightMax: 6000,
    orderLimits: [
      { ordersMax: 50, windowSeconds: 10 },
      { ordersMax: 160000, windowSeconds: 86400 },
    ],
  });
});

test("each rule that differs is named with both values", () => {
  const text = exchangeInfoText({
    PRICE_FILTER: { tickSize: "0.10000000" },
    LOT_SIZE: { minQty: "0.00002000", maxQty: "1.00000000", stepSize: "0.00100000" },
    NOTIONAL: { minNotional: "10.00000000" },
  });
  assert.deepEqual(compareRules(text, [grid]).differences, [
    "BTCUSDT: tickSize is 0.1 at the venue and 0.01 in the configuration",
    "BTCUSDT: lotSize is 0.001 at the venue and 0.00001 in the configuration",
    "BTCUSDT: minQuantity is 0.00002 at the venue and 0.00001 in the configuration",
    "BTCUSDT: maxQuantity is 1 at the venue and 9000 in the configuration",
    "BTCUSDT: minNotional is 10 at the venue and 5 in the configuration",
  ]);
});

test("a rule that is switched off at the venue allows what is configured; one that is not told, and a symbol that is not there, do not", () => {
  assert.deepEqual(
    compareRules(exchangeInfoText({ PRICE_FILTER: { tickSize: "0.00000000" } }), [grid]).differences,
    [],
  );
  assert.deepEqual(compareRules(exchangeInfoText({ NOTIONAL: {} }), [grid]).differences, [
    "BTCUSDT: the venue tells no minNotional",
  ]);
  assert.deepEqual(compareRules(exchangeInfoText({}, "ETHUSDT"), [grid]).differences, [
    "BTCUSDT: the venue has no such symbol",
  ]);
  const halted = exchangeInfoText().replace('"TRADING"', '"HALT"');
  assert.deepEqual(compareRules(halted, [grid]).differences, ["BTCUSDT: its status is HALT"]);
  for (const text of ["{}", "[]", '{"symbols":5,"rateLimits":{}}', "null"])
    assert.equal(compareRules(text, [grid]).differences.length, 1);
  assert.throws(() => compareRules("<html>", [grid]));
});

const recorded = recordedFile("exchangeinfo-and-rest-2021.txt.gz");

test("the venue's own answer of 2021 is understood", { skip: recorded.skip }, () => {
  assert.ok(existsSync(recorded.path));
  const line = gunzipSync(readFileSync(recorded.path))
    .toString("utf8")
    .split("\n")
    .find((text) => text.includes('"exchangeFilters"'));
  assert.ok(line !== undefined);
  const text = line.slice(line.indexOf("{"), line.lastIndexOf("}") + 1);
  const rules = compareRules(text, [{ ...grid, minNotional: "10" }]);
  assert.deepEqual(rules.differences, []);
  assert.equal(rules.weightMax, 1200);
});
