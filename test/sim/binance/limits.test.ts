import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { ADDRESS_LIMITS, AddressLimits } from "../../../sim/binance/address-limits.ts";
import { FixedWindow } from "../../../sim/binance/fixed-window.ts";
import { MessageRate } from "../../../sim/binance/message-rate.ts";
import { ACCOUNT_LIMITS, VenueAccount, windowName } from "../../../sim/binance/venue-account.ts";

const MINUTE = 60_000;
const NOW = 1_723_161_240_000;

describe("limits", () => {
  it("count in calendar windows, so a burst across a border passes", () => {
    const window = new FixedWindow(10_000, 2);
    assert.ok(window.add(NOW + 9_998, 1));
    assert.ok(window.add(NOW + 9_999, 1));
    assert.ok(!window.add(NOW + 9_999, 1));
    assert.ok(window.add(NOW + 10_000, 1));
    assert.equal(window.count(NOW + 10_000), 1);
    assert.equal(window.endMs(NOW + 10_000), NOW + 20_000);
    window.subtract(NOW + 10_000, 5);
    assert.equal(window.count(NOW + 10_000), 0);
  });

  it("[V13] answer 429 until the minute ends, and ban for two, four and at most 4,320 minutes what goes on", () => {
    const limits = new AddressLimits({ ...ADDRESS_LIMITS, weightMax: 10, offencesMax: 1 });
    assert.equal(limits.charge(NOW, 10), null);
    assert.deepEqual([limits.charge(NOW, 1)?.status, limits.weightUsed(NOW)], [429, 11]);
    assert.equal(limits.charge(NOW, 1)?.status, 418);
    const banned = limits.charge(NOW + 1_000, 1);
    assert.deepEqual([banned?.status, banned?.retryAfterMs], [418, NOW + 2 * MINUTE]);
    assert.ok(limits.banned(NOW + 2 * MINUTE - 1));
    assert.equal(limits.charge(NOW + 2 * MINUTE, 1), null);
    const lengths: number[] = [];
    let now = NOW + 10 * MINUTE;
    for (let ban = 0; ban < 14; ban += 1) {
      let refused = limits.charge(now, 11);
      while (refused?.status === 429) refused = limits.charge(now, 1);
      lengths.push(((refused?.retryAfterMs ?? 0) - now) / MINUTE);
      now = (refused?.retryAfterMs ?? 0) + MINUTE;
    }
    assert.deepEqual(lengths.slice(0, 3), [4, 8, 16]);
    assert.equal(lengths.at(-1), 4_320);
  });

  it("[V2] allow 300 connections in five minutes", () => {
    const limits = new AddressLimits(ADDRESS_LIMITS);
    for (let index = 0; index < 300; index += 1) assert.ok(limits.connect(NOW));
    assert.ok(!limits.connect(NOW));
    assert.ok(limits.connect(NOW + 5 * MINUTE));
  });

  it("allow five messages in any second", () => {
    const rate = new MessageRate();
    for (const ms of [0, 100, 200, 300, 999]) assert.ok(rate.accept(ms * 1e6));
    assert.ok(rate.accept(1_000e6));
    assert.ok(!rate.accept(1_050e6));
  });

  it("count unfilled orders for ten seconds and for the day, and give back for first fills if told to", () => {
    const account = new VenueAccount(1, {
      ...ACCOUNT_LIMITS,
      ordersTenSecondsMax: 2,
      ordersDayMax: 3,
      makerFillCredit: 5,
    });
    account.countOrder(NOW);
    assert.equal(account.exhausted(NOW), null);
    account.countOrder(NOW);
    assert.equal(windowName(account.exhausted(NOW) ?? account.day), "10 SECOND");
    account.countOrder(NOW + 10_000);
    assert.equal(windowName(account.exhausted(NOW + 10_000) ?? account.tenSeconds), "1 DAY");
    account.creditFill(NOW + 10_000, false);
    assert.equal(account.day.count(NOW + 10_000), 3);
    account.creditFill(NOW + 10_000, true);
    assert.equal(account.day.count(NOW + 10_000), 0);
  });
});
