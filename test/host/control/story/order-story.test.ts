import assert from "node:assert/strict";
import { test } from "node:test";
import { ExecType } from "../../../../abi/host/index.ts";
import { explainOrder } from "../../../../host/control/story/index.ts";
import { Channel } from "../../../../host/execution/gateways/index.ts";
import { DIRECTORY, IDENTITY } from "../../../support/journal-fixture.ts";
import { BID, intent, LOT, sends, SIZE, TICK } from "../../../support/lane-under-test.ts";
import { puppetModules } from "../../../support/puppet-plugins.ts";
import { RestartingLane } from "../../../support/restarting-lane.ts";
import { amendment, fill, reply } from "../../../support/venue-answers.ts";

test("[V16] the story of an order tells which of its trades were undone and corrected, and what was refused", async () => {
  const host = new RestartingLane(await puppetModules());
  const first = host.start();
  const { under } = first;
  under.makeReady();
  const [sent] = sends(under.act("one", [intent({ tag: 5 })]));
  assert.ok(sent !== undefined);
  const fee = { commission: 700, commissionAssetId: 4 };
  under.frame([reply(sent.b, 200), fill(sent, 71, 40 * LOT, 40 * LOT, fee)], Channel.ORDERS);
  under.frame([fill(sent, 72, 60 * LOT, SIZE)], Channel.ORDERS);
  under.frame([amendment(sent, ExecType.TRADE_CANCEL, 71, 900)], Channel.ORDERS);
  const terms = { lastQty: 50 * LOT, lastPrice: BID - TICK };
  under.frame([amendment(sent, ExecType.TRADE_CORRECT, 72, 901, terms)], Channel.ORDERS);
  under.frame([amendment(sent, ExecType.TRADE_CANCEL, 71, 902)], Channel.ORDERS);
  host.kill(first);
  const steps = explainOrder(host.disk, DIRECTORY, IDENTITY, { epoch: 1, sequence: 1 });
  assert.deepEqual(
    steps.slice(-8).map(({ kind, text }) => (kind === "input" ? kind : text)),
    [
      "filled: 0.0006 at 60000, trade 72; position in BTCUSDT then 0.001",
      "input",
      "undone by the venue: 0.0004 at 60000, fee 0.000007 BNB, trade 71; position in BTCUSDT then 0.0006",
      "listed for a person to see: TRADE_UNDONE",
      "input",
      "corrected by the venue: 0.0005 at 59999.99, instead of 0.0006 at 60000, trade 72; position in BTCUSDT then 0.0005",
      "listed for a person to see: TRADE_CORRECTED",
      "a break: AMENDMENT_REFUSED",
    ],
  );
});
