import assert from "node:assert/strict";
import { test } from "node:test";
import { CoinbaseRig } from "../../../../support/coinbase-rig.ts";
import type { Question } from "../../../../../host/execution/gateways/index.ts";

/** The query of the question that was asked last. */
function lastQuery(rig: CoinbaseRig): URLSearchParams {
  return new URL(rig.wire.calls.at(-1)?.call.url ?? "").searchParams;
}

const empty = '{"fills":[],"cursor":""}';

test("a question is asked once at a time, and once more when it was asked again meanwhile", () => {
  const rig = CoinbaseRig.open();
  rig.gateway.ask("openOrders");
  rig.gateway.ask("openOrders");
  rig.gateway.ask("openOrders");
  assert.equal(rig.wire.calls.length, 1);
  rig.wire.calls[0]?.answer(200, '{"orders":[],"cursor":""}');
  assert.equal(rig.wire.calls.length, 1);
  rig.pass(1);
  assert.equal(rig.wire.calls.length, 2);
  rig.wire.calls[1]?.answer(200, '{"orders":[],"cursor":""}');
  rig.pass(5);
  assert.equal(rig.wire.calls.length, 2);
});

test("each question has its path, its filter and a token for it", () => {
  for (const [question, url] of [
    [
      "fills",
      /\/orders\/historical\/fills\?limit=100&product_ids=BTC-USD&product_ids=ETH-USD&start_sequence_timestamp=[^&]+$/,
    ],
    [
      "openOrders",
      /\/orders\/historical\/batch\?order_status=OPEN&limit=100&product_ids=BTC-USD&product_ids=ETH-USD$/,
    ],
    ["accounts", /\/accounts\?limit=100$/],
  ] as const satisfies readonly (readonly [Question, RegExp])[]) {
    const rig = CoinbaseRig.open();
    rig.gateway.ask(question);
    const { call } = rig.wire.calls.at(-1) ?? assert.fail();
    assert.match(call.url, url);
    const path = call.url.slice("https://".length).split("?")[0] ?? "";
    assert.ok(call.headers["authorization"]?.endsWith(` for GET ${path}`));
    assert.equal(call.body, null);
  }
});

test("an answer of several pages is asked for to its end, each page given as it comes", () => {
  const rig = CoinbaseRig.open();
  rig.gateway.ask("fills");
  rig.wire.calls[0]?.answer(200, '{"fills":[{"cursor":"no"}],"cursor":"a b"}');
  assert.equal(lastQuery(rig).get("cursor"), "a b");
  rig.wire.calls[1]?.answer(200, '{"fills":[],"cursor":"c"}');
  assert.equal(lastQuery(rig).get("cursor"), "c");
  rig.wire.calls[2]?.answer(200, empty);
  rig.pass(2);
  assert.equal(rig.wire.calls.length, 3);
  assert.equal(rig.frames.filter(([channel]) => channel === 3).length, 3);
});

test("[C5] fills are asked for from a minute before the last question, never from before the start", () => {
  const rig = CoinbaseRig.open();
  const startMs = 1_700_000_000_000;
  const fromMs = (): number => Date.parse(lastQuery(rig).get("start_sequence_timestamp") ?? "");
  const askAt = (seconds: number): number => {
    rig.pass(seconds);
    rig.gateway.ask("fills");
    const from = fromMs();
    rig.wire.calls.at(-1)?.answer(200, empty);
    return from;
  };
  assert.equal(askAt(10), startMs);
  const lastMs = rig.wire.clock.wallMs();
  assert.equal(askAt(200), startMs);
  assert.equal(askAt(200), lastMs + 200_000 - 60_000);
});

test("[V13] a question that fails is asked again, less and less often; an order's cancel never waits for it", () => {
  const rig = CoinbaseRig.open();
  rig.gateway.ask("accounts");
  const waits: number[] = [];
  for (let count = 0; count < 8; count += 1) {
    const before = rig.wire.calls.length;
    rig.wire.calls.at(-1)?.answer(500, "");
    let seconds = 0;
    for (; rig.wire.calls.length === before; seconds += 1) rig.pass(1);
    waits.push(seconds);
  }
  assert.deepEqual(waits, [1, 2, 4, 8, 16, 30, 30, 30]);
  rig.wire.calls.at(-1)?.answer(200, "{}");
  rig.gateway.ask("accounts");
  rig.pass(1);
  rig.wire.calls.at(-1)?.fail("reset");
  assert.match(rig.notices.at(-1) ?? "", /no answer about accounts: reset; asking again in 1 s/);
});

test("a fill that comes while its question is under way is asked for again", () => {
  const rig = CoinbaseRig.open();
  rig.gateway.ask("fills");
  rig.gateway.ask("fills");
  rig.wire.calls[0]?.answer(200, empty);
  rig.pass(1);
  assert.equal(rig.wire.calls.length, 2);
});
