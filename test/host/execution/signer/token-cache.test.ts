import assert from "node:assert/strict";
import { test } from "node:test";
import { TokenCache } from "../../../../host/execution/signer/token-cache.ts";
import { VirtualClock } from "../../../../host/platform/index.ts";

/** A cache, and the tokens that were asked for; the test answers. */
class Rig {
  readonly clock = new VirtualClock(0);
  readonly asked: {
    readonly uri: string;
    readonly give: (token: string) => void;
    readonly fail: (error: Error) => void;
  }[] = [];
  readonly cache: TokenCache = new TokenCache(
    this.clock,
    (uri) => new Promise((give, fail) => this.asked.push({ uri, give, fail })),
  );

  async first(uri: string, token: string): Promise<void> {
    const answer = this.cache.token(uri);
    this.asked.at(-1)?.give(token);
    assert.equal(await answer, token);
  }
}

test("a token is made once for all who ask at the same time, and given again while it is young", async () => {
  const rig = new Rig();
  const both = [rig.cache.token("a"), rig.cache.token("a")];
  assert.equal(rig.asked.length, 1);
  rig.asked[0]?.give("one");
  assert.deepEqual(await Promise.all(both), ["one", "one"]);
  rig.clock.set(60e9 - 1);
  assert.equal(await rig.cache.token("a"), "one");
  assert.equal(rig.asked.length, 1);
  await rig.first("b", "other");
  assert.deepEqual(
    rig.asked.map(({ uri }) => uri),
    ["a", "b"],
  );
});

test("it is renewed ahead of its expiry, and nobody waits for that", async () => {
  const rig = new Rig();
  await rig.first("a", "old");
  rig.clock.set(60e9);
  assert.deepEqual([await rig.cache.token("a"), await rig.cache.token("a")], ["old", "old"]);
  assert.equal(rig.asked.length, 2);
  rig.asked[1]?.give("new");
  await Promise.resolve();
  assert.equal(await rig.cache.token("a"), "new");
});

test("[P24] a signer that is gone is noticed when the token no longer counts, not before", async () => {
  const rig = new Rig();
  await rig.first("a", "old");
  rig.clock.set(100e9 - 1);
  const still = rig.cache.token("a");
  rig.asked[1]?.fail(new Error("down"));
  assert.equal(await still, "old");
  rig.clock.set(100e9);
  const late = rig.cache.token("a");
  rig.asked[2]?.fail(new Error("down"));
  await assert.rejects(late, /down/);
  await rig.first("a", "back");
});

test("a token's age counts from when it was asked for", async () => {
  const rig = new Rig();
  const slow = rig.cache.token("a");
  rig.clock.set(70e9);
  rig.asked[0]?.give("slow");
  await slow;
  void rig.cache.token("a");
  assert.equal(rig.asked.length, 2);
});

test("however many are asked for, a bounded number is kept", async () => {
  const rig = new Rig();
  for (let count = 0; count < 300; count++) await rig.first(`uri ${count}`, "t");
  await rig.cache.token("uri 299");
  assert.equal(rig.asked.length, 300);
  void rig.cache.token("uri 0");
  assert.equal(rig.asked.length, 301);
});
