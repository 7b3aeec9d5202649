import assert from "node:assert/strict";
import { before, test } from "node:test";
import { Channel } from "../../../host/execution/gateways/index.ts";
import { bundledModules } from "../../support/bundled-modules.ts";
import type { Input, Ran } from "../../support/market-session.ts";
import { marketSession, runSession } from "../../support/market-session.ts";

let modules: ReadonlyMap<string, Uint8Array>;
let inputs: readonly Input[];
before(async () => {
  modules = await bundledModules();
  inputs = marketSession(7);
});

const run = (list: readonly Input[]): Ran => runSession(modules, list);

test("[J14] [P17] the same inputs give the same state, the same bytes to the venue and the same journal", () => {
  const first = run(inputs);
  const second = run(inputs);
  assert.ok(first.sent > 20, `${first.sent} orders`);
  assert.deepEqual(first.faults, []);
  assert.equal(second.digest, first.digest);
  assert.equal(second.effects, first.effects);
  assert.equal(second.journal, first.journal);
});

/** The last depth update, quote and trade, by stream, and what follows their last number that this host keeps. */
const ends = { "@depth": '"]', "@bookTicker": '","a"', "@trade": '","T"' } as const;

for (const [stream, end] of Object.entries(ends)) {
  test(`[J14] one changed digit of the last ${stream} changes the state`, () => {
    const at = inputs.findLastIndex(
      ({ channel, bytes }) => channel === Channel.MARKET && bytes.includes(stream),
    );
    const flipped = Buffer.from(inputs[at]?.bytes ?? "");
    const place = flipped.indexOf(end) - 1;
    flipped[place] = (flipped[place] ?? 0) ^ 1;
    const list = inputs.map((input, index) => (index === at ? { ...input, bytes: flipped } : input));
    assert.notEqual(run(list).digest, run(inputs).digest, flipped.toString());
  });
}

test("[T3] another time of one input changes the state", () => {
  const at = inputs.length - 40;
  const later = inputs.map((input, index) => (index === at ? { ...input, timeNs: input.timeNs + 1 } : input));
  assert.notEqual(run(later).digest, run(inputs).digest);
});
