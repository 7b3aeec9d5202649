import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { ApiUnderTest, codeOf, tokens } from "./api-under-test.ts";

const MINUTE_NS = 60e9;

describe("rates", () => {
  let under: ApiUnderTest;
  before(async () => {
    under = await ApiUnderTest.start();
  });
  after(() => under.api.close());

  /** Statuses of so many requests at one moment. */
  async function statuses(count: number, ask: () => ReturnType<ApiUnderTest["ask"]>): Promise<number[]> {
    const seen: number[] = [];
    for (let index = 0; index < count; index++) seen.push((await ask()).status);
    return seen;
  }

  test("a token that asks too often is told when to come again, and may then", async () => {
    const ask = () => under.ask("GET", "/v1/openapi.json", { token: tokens.viewer });
    const seen = await statuses(70, ask);
    assert.equal(seen.lastIndexOf(200), 59);
    assert.equal(seen.indexOf(429), 60);
    const reply = await ask();
    assert.equal(codeOf(reply), "429 SANDPIT_API_RATE_LIMITED");
    const seconds = Number(reply.headers["retry-after"]);
    assert.ok(seconds >= 1 && seconds <= 2, String(seconds));
    assert.equal(
      (await under.ask("GET", "/v1/status", { token: tokens.quant })).status,
      200,
      "another token",
    );
    under.timers.advance(under.clock.nowNs + seconds * 1e9);
    assert.equal((await ask()).status, 200);
  });

  test("failed logins count, and do not keep the holder of a good token at the same address out", async () => {
    under.rest();
    const guess = () => under.ask("GET", "/v1/status", { token: `${tokens.viewer.slice(0, -1)}x` });
    const seen = await statuses(15, guess);
    assert.deepEqual([...new Set(seen)], [401, 429]);
    assert.equal(seen.indexOf(429), 10);
    assert.equal((await under.ask("GET", "/v1/status", { token: tokens.risk })).status, 200);
    under.timers.advance(under.clock.nowNs + MINUTE_NS);
    assert.equal((await guess()).status, 401);
  });

  test("an address that floods is cut off whatever tokens it has, but for kill and cancel-all", async () => {
    under.rest();
    const flood = await statuses(150, () => under.ask("GET", "/v1/status"));
    assert.equal(flood.indexOf(429), 10);
    assert.equal((await under.ask("GET", "/v1/status", { token: tokens.operator })).status, 429);
    const kill = await under.ask("POST", "/v1/kill", { token: tokens.operator, body: { reason: "flood" } });
    assert.equal(kill.status, 200);
    const rearm = await under.ask("POST", "/v1/rearm", { token: tokens.operator, body: { reason: "flood" } });
    assert.equal(rearm.status, 429);
  });

  test("kills have a rate of their own, high above what a hand does", async () => {
    under.rest();
    const kill = () => under.ask("POST", "/v1/kill", { token: tokens.quant, body: { reason: "again" } });
    const seen = await statuses(22, kill);
    assert.equal(seen.indexOf(429), 20);
  });

  test("strangers that knock on an action are recorded, and rationed when they flood", async () => {
    under.rest();
    const earlier = under.audit.head.sequence;
    await statuses(60, () => under.ask("POST", "/v1/kill", { body: { reason: "x" } }));
    assert.deepEqual(under.recorded(1), ["(unknown) kill SANDPIT_API_RATE_LIMITED"]);
    assert.equal(under.audit.head.sequence - earlier, 20);
    under.timers.advance(under.clock.nowNs + MINUTE_NS);
    await under.ask("POST", "/v1/kill", { body: { reason: "x" } });
    assert.deepEqual(under.audit.tail(1)[0]?.arguments, { remote: "127.0.0.1", notRecorded: 40 });
  });
});
