import assert from "node:assert/strict";
import { test } from "node:test";
import { InstrumentTable } from "../../../../host/execution/orders/index.ts";
import { RiskLimits } from "../../../../host/execution/risk/index.ts";
import type { InstrumentLimits, RiskLimitsInput } from "../../../../host/execution/risk/index.ts";
import { bitcoin, bitcoinLimits, defaultLimits, future, futureLimits } from "../support/execution-desk.ts";

const table = new InstrumentTable([bitcoin, future]);

const wrongOfInstrument: readonly (readonly [Partial<InstrumentLimits>, RegExp])[] = [
  [{ instrumentId: 2 }, /the instrument is not defined/],
  [{ instrumentId: 9 }, /given twice/],
  [{ orderQuantityMax: 0 }, /orderQuantityMax is 0/],
  [{ orderNotionalMax: 0.5 }, /orderNotionalMax is 0.5/],
  [{ positionMax: 2 ** 51 + 1 }, /positionMax/],
  [{ openOrdersMax: -1 }, /openOrdersMax/],
  [{ collarAggressivePpm: 0 }, /collarAggressivePpm/],
  [{ collarPassivePpm: 1_000_000 }, /collarPassivePpm/],
  [{ referenceAgeMaxNs: Number.NaN }, /referenceAgeMaxNs is NaN/],
];
for (const [change, message] of wrongOfInstrument) {
  test(`limits with ${JSON.stringify(change)} are refused with place and remedy`, () => {
    const input = { ...defaultLimits, instruments: [futureLimits, { ...bitcoinLimits, ...change }] };
    assert.throws(() => new RiskLimits(input, table), message);
  });
}

const [rate] = defaultLimits.messageRates;
const wrong: readonly (readonly [string, Partial<RiskLimitsInput>, RegExp])[] = [
  ["an instrument left out", { instruments: [bitcoinLimits] }, /ESH4: no limits are given/],
  ["a quote asset left out", { grossNotionalMax: [] }, /given 0 times/],
  [
    "a quote asset given twice",
    { grossNotionalMax: [...defaultLimits.grossNotionalMax, ...defaultLimits.grossNotionalMax] },
    /given 2 times/,
  ],
  ["no open orders", { openOrdersMax: 0 }, /openOrdersMax is 0/],
  ["no orders", { orderRate: { ordersMax: 0, windowNs: 1 } }, /ordersMax/],
  ["no window", { orderRate: { ordersMax: 1, windowNs: 0 } }, /windowNs/],
  [
    "a venue without a rate",
    { messageRates: rate === undefined ? [] : [rate] },
    /venue 1 has no message rate/,
  ],
  [
    "a reserve as large as the rate",
    {
      messageRates: defaultLimits.messageRates.map((each) => ({ ...each, cancelReserve: each.messagesMax })),
    },
    /cancelReserve/,
  ],
];
for (const [title, change, message] of wrong) {
  test(`limits with ${title} are refused`, () => {
    assert.throws(() => new RiskLimits({ ...defaultLimits, ...change }, table), message);
  });
}
