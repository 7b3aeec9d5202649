import assert from "node:assert/strict";
import { before, test } from "node:test";
import { OrdStatus } from "../../../abi/host/index.ts";
import { Channel } from "../../../host/execution/gateways/index.ts";
import { DenialCode } from "../../../host/execution/risk/index.ts";
import type { LaneConfiguration } from "../../../host/lane/index.ts";
import { ControlAction, LaneCounter } from "../../../host/lane/index.ts";
import {
  BID,
  intent,
  LaneUnderTest,
  puppetConfiguration,
  replaceIntent,
  sends,
  TICK,
} from "../../support/lane-under-test.ts";
import type { SeenEffect } from "../../support/lane-under-test.ts";
import { puppetModules } from "../../support/puppet-plugins.ts";
import { reply, report } from "../../support/venue-answers.ts";

const TAG = 5;
const S = OrdStatus;

let modules: ReadonlyMap<string, Uint8Array>;
before(async () => {
  modules = await puppetModules();
});

interface Halfway {
  readonly under: LaneUnderTest;
  readonly older: SeenEffect;
  readonly newer: SeenEffect;
}

/** An order at rest, and its replace, of which the cancel has left. */
function halfway(changes: Partial<LaneConfiguration> = {}): Halfway {
  const under = LaneUnderTest.ready(modules, changes);
  const [older] = sends(under.act("one", [intent({ tag: TAG })]));
  assert.ok(older !== undefined);
  under.frame([reply(older.b, 200), report(older)], Channel.ORDERS);
  const [newer] = sends(under.act("one", [replaceIntent(TAG, { price: BID - TICK })]));
  assert.ok(newer !== undefined);
  return { under, older, newer };
}

/** What the host says when the cancel was taken: whether the new order may leave, its state, and why it may not. */
function release({ under, newer }: Halfway): readonly unknown[] {
  under.control(ControlAction.SECOND_HALF, newer.b);
  const { secondHalves } = under.lane.parts.orders;
  const { reason } = under.built.orders.columns;
  return [secondHalves.admitted === newer.b, under.status(newer.a), reason[newer.a]];
}

test("[C9] the second half of a replace leaves where nothing has come in between, and is pending as before", () => {
  assert.deepEqual(release(halfway()), [true, S.PENDING_NEW, 0]);
});

test("[V1] [C9] a line that was lost in between lets no second half out", () => {
  const half = halfway();
  half.under.lane.onLine(Channel.ORDERS, false);
  assert.deepEqual(release(half), [false, S.DENIED, DenialCode.LINE_DOWN]);
});

test("[C7] [C9] where nobody can say what the cancel did, the second half stays here", () => {
  const half = halfway();
  half.under.frame([reply(half.newer.b + 1, 503)], Channel.ORDERS);
  assert.equal(half.under.status(half.older.a), S.UNKNOWN);
  assert.deepEqual(release(half), [false, S.DENIED, DenialCode.REPLACE_OVERTAKEN]);
  assert.equal(half.under.status(half.older.a), S.UNKNOWN, "the doubt about the old order stays");
});

test("[C9] an order that the venue has shown has left: it is not denied, and not let out again", () => {
  const half = halfway();
  half.under.frame([report(half.newer)], Channel.ORDERS);
  const denials = half.under.lane.counters[LaneCounter.DENIALS];
  assert.deepEqual(release(half), [false, S.ACCEPTED, 0]);
  const { counters } = half.under.lane;
  assert.deepEqual([counters[LaneCounter.DENIALS], counters[LaneCounter.REPLACES_WITHHELD]], [denials, 0]);
});

test("[O7] a replace counts as two messages to the venue, its order and its cancel", () => {
  const { limits } = puppetConfiguration();
  const messageRates = [{ venueIndex: 0, messagesMax: 4, windowNs: 1e12, cancelReserve: 1 }];
  const { under } = halfway({ limits: { ...limits, messageRates } });
  assert.deepEqual(sends(under.act("one", [intent({ tag: TAG + 1 })])), []);
  assert.equal(under.built.gate.denials[DenialCode.MESSAGE_RATE], 1);
});
