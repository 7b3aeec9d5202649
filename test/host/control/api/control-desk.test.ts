import assert from "node:assert/strict";
import { before, test } from "node:test";
import { ApiProblem } from "../../../../host/control/api/api-problem.ts";
import { ControlDesk } from "../../../../host/control/api/control-desk.ts";
import { NullJournal } from "../../../../host/control/null-journal.ts";
import type { SessionView } from "../../../../host/control/session-view.ts";
import { FaultCode } from "../../../../host/engine/index.ts";
import { TradingMode } from "../../../../host/execution/risk/index.ts";
import { twoVenueSession } from "../../../support/two-venue-session.ts";

const HERE = 0;
const THERE = 1;
const actor = { name: "mara", role: "risk" as const };

let view: SessionView;
before(async () => {
  const { backtest } = await twoVenueSession(1, new NullJournal());
  view = { built: backtest.built, session: backtest.session, journal: new NullJournal() };
});

function rearm(instrument: string | null): string {
  try {
    new ControlDesk(view).rearm(actor, { mode: "ACTIVE", instrument, reason: "a test" });
    return "";
  } catch (error) {
    assert.ok(error instanceof ApiProblem);
    return `${error.code} ${error.message} ${error.remedy}`;
  }
}

test("an instrument is named in full where two venues have its symbol", () => {
  const { modes } = view.built;
  modes.account[0] = TradingMode.ACTIVE;
  for (const instrument of [HERE, THERE]) modes.restrictInstrument(instrument, TradingMode.CANCEL_ONLY);
  assert.match(
    rearm("BTCUSDT"),
    /INSTRUMENT_UNKNOWN several venues have the instrument "BTCUSDT" name one of BTCUSDT\.BINANCE, BTCUSDT\.OTHER/,
  );
  assert.equal(rearm("BTCUSDT.OTHER"), "");
  assert.deepEqual([...modes.instrument], [TradingMode.CANCEL_ONLY, TradingMode.ACTIVE]);
});

test("a stopped codec blocks its own venue's instruments, and the account while no codec runs [O4]", () => {
  const { modes, slots } = view.built;
  for (const instrument of [HERE, THERE]) modes.restrictInstrument(instrument, TradingMode.HALTED);
  const stop = (name: string): void => {
    slots.find((slot) => slot.name === name)?.stop(FaultCode.OUTPUT, "for the test");
  };
  stop("other");
  assert.match(rearm("BTCUSDT.OTHER"), /NOT_READY the venue plugin other is faulted/);
  assert.equal(rearm("BTCUSDT.BINANCE"), "");
  modes.account[0] = TradingMode.HALTED;
  assert.equal(rearm(null), "");
  modes.account[0] = TradingMode.HALTED;
  stop("binance");
  assert.match(rearm(null), /NOT_READY the venue plugin binance is faulted/);
});
