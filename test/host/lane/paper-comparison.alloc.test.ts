import assert from "node:assert/strict";
import { test } from "node:test";
import { FeatureVector, Side, TimeInForce } from "../../../abi/host/index.ts";
import { PaperTotal } from "../../../host/execution/paper/index.ts";
import { ReferenceCell } from "../../../host/lane/index.ts";
import { allocatedBytes, canMeasureAllocation, runMeasured } from "../../support/allocation-probe.ts";
import { ASK, BID, cancelIntent, intent, LaneUnderTest, TICK } from "../../support/lane-under-test.ts";
import { PluginSwaps } from "../../support/plugin-swaps.ts";
import { order, puppetModules } from "../../support/puppet-plugins.ts";

/** A tenth of a boxed double for each call: what the engine makes for itself is counted too. */
const BYTES_MAX = 65_536;
/** Each a FeatureVector to both agents, five intents of a candidate and up to seven events to it. */
const CALLS = 40_000;
const WARM_UP = 40_000;
const RUNS_MAX = 6;

if (canMeasureAllocation()) {
  test("a parted candidate that trades on every occasion leaves next to nothing on the heap", async () => {
    const modules = await puppetModules();
    const under = LaneUnderTest.ready(modules);
    const swaps = new PluginSwaps(under, modules);
    const candidate = swaps.instance("one");
    swaps.change("shadow", "one", candidate);
    order(candidate, {
      records: [
        cancelIntent(1),
        intent({ tag: 1, price: BID - 50 * TICK }),
        intent({ tag: 2, price: BID - TICK }),
        intent({ tag: 3, price: ASK, timeInForce: TimeInForce.IOC }),
        intent({ tag: 4, side: Side.SELL, price: BID, timeInForce: TimeInForce.IOC }),
      ],
      template: FeatureVector.templateId,
      keep: true,
    });
    const { agents } = under.lane.parts;
    const { cells } = under.built.prices;
    const run = (calls: number): void => {
      for (let call = 0; call < calls; call++) {
        // Every other call brings the price of the second order.
        const bid = BID - (call & 1) * 3 * TICK;
        cells[ReferenceCell.BID_PRICE] = bid;
        cells[ReferenceCell.ASK_PRICE] = bid + TICK;
        agents.onFeatures(0, true);
      }
    };
    run(WARM_UP);
    const [account] = agents.paper.parting.beside;
    const [runs, before]: [number[], Float64Array | undefined] = [[], account?.totals.slice()];
    let bytes = Number.POSITIVE_INFINITY;
    while (runs.length < RUNS_MAX && bytes > BYTES_MAX) {
      const overhead = allocatedBytes(() => run(2));
      bytes = allocatedBytes(() => run(CALLS)) - overhead;
      runs.push(bytes);
    }
    const grown = (total: number): number => (account?.totals[total] ?? 0) - (before?.[total] ?? 0);
    for (const total of [PaperTotal.FILLS, PaperTotal.CANCELS, PaperTotal.EXPIRIES])
      assert.ok(grown(total) > CALLS / 4, `${total}: ${grown(total)}`);
    assert.equal(under.slot("one").shadow?.slot.state, "running");
    assert.ok(bytes <= BYTES_MAX, `${runs.join(", ")} bytes for ${CALLS} calls each`);
  });
} else {
  test("a candidate on paper allocates at most 64 KiB for some hundred thousand events", () => {
    const { status, output } = runMeasured(import.meta.filename);
    assert.equal(status, 0, output);
  });
}
