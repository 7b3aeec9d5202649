import assert from "node:assert/strict";
import { test } from "node:test";
import { NullJournal } from "../../../host/control/null-journal.ts";
import type { SessionView } from "../../../host/control/session-view.ts";
import { FaultCode } from "../../../host/engine/index.ts";
import { rearmOrder, TradingMode } from "../../../host/execution/risk/index.ts";
import { Channel } from "../../../host/execution/gateways/index.ts";
import { LaneCounter } from "../../../host/lane/index.ts";
import { changeOf } from "../../support/plugin-swaps.ts";
import { shortSession } from "../../support/short-session.ts";

const STOPPED_AT = 400;
const BACK_AT = 440;
const REARMED_AT = 700;
const SECONDS = 30;

/** What a session came to whose codec was stopped and later replaced. */
interface Came {
  /** Whether the book could be traded on when the codec came back, and when the account was armed again. */
  readonly usable: boolean[];
  readonly lines: number[];
  readonly ordersAfter: number;
}

async function sessionWith(stop: (view: SessionView) => void): Promise<Came> {
  let step = 0;
  let before = 0;
  const usable: boolean[] = [];
  const lines: number[] = [];
  const { built } = await shortSession(SECONDS, new NullJournal(), (view) => {
    const { session } = view;
    const { lane, sources } = view.built;
    step += 1;
    if (step === STOPPED_AT) stop(view);
    if (step === BACK_AT) {
      usable.push(lane.parts.market.isUsable(0));
      session.changePlugin(changeOf("replace", "binance"), sources.get("binance") ?? null);
    }
    if (step !== REARMED_AT) return;
    usable.push(lane.parts.market.isUsable(0));
    lines.push(session.lineUp[Channel.MARKET] ?? 0, session.lineUp[Channel.ORDERS] ?? 0);
    before = lane.counters[LaneCounter.ORDERS_SENT] ?? 0;
    const order = rearmOrder("a test", "the codec is back, and what was open has been looked at");
    session.rearm(TradingMode.ACTIVE, order);
    session.rearm(TradingMode.ACTIVE, order, 0);
  });
  return { usable, lines, ordersAfter: (built.lane.counters[LaneCounter.ORDERS_SENT] ?? 0) - before };
}

const stops: Readonly<Record<string, (view: SessionView) => void>> = {
  "by a person": ({ session }) => session.changePlugin(changeOf("quarantine", "binance")),
  "by a fault": ({ built }) => {
    built.lane.parts.venues[0]?.slot.stop(FaultCode.OUTPUT, "for the test");
  },
};

for (const [name, stop] of Object.entries(stops))
  test(`[V3] a codec that replaces one which was stopped ${name} finds new lines, a new book, and orders go out again`, async () => {
    const { usable, lines, ordersAfter } = await sessionWith(stop);
    assert.deepEqual(
      [usable, lines],
      [
        [false, true],
        [1, 1],
      ],
    );
    assert.ok(ordersAfter > 0, `${ordersAfter} orders`);
  });

test("a codec that replaces one which runs keeps its lines", async () => {
  let notices = 0;
  let replaced = false;
  await shortSession(10, new NullJournal(), (view) => {
    const { session, built } = view;
    if (!replaced) {
      replaced = true;
      session.changePlugin(changeOf("replace", "binance"), built.sources.get("binance") ?? null);
    }
    notices += session.lineUp[Channel.MARKET] === 1 ? 0 : 1;
  });
  assert.equal(notices, 0);
});
