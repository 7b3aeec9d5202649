import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Authenticator } from "../../../sim/coinbase/authenticator.ts";
import { VenueClock } from "../../../sim/coinbase/clock.ts";
import { TEST_KEYS, signToken, tokenParts } from "./keys.ts";
import type { Signer, TokenParts } from "./keys.ts";

const NOW_MS = 1_786_309_548_000;
const NOW_SECONDS = NOW_MS / 1_000;
const URI = "GET api.coinbase.com/api/v3/brokerage/accounts";

const authenticator = new Authenticator(TEST_KEYS, new VenueClock(BigInt(NOW_MS) * 1_000_000n));

function judge(token: string): string | null {
  const request = {
    ...{ method: "GET", path: "/api/v3/brokerage/accounts", query: "limit=1", body: "", address: "" },
    headers: { host: "api.coinbase.com", authorization: `Bearer ${token}` },
  };
  return authenticator.request(request, 0)?.name ?? null;
}

/** A token with some members changed. */
function changed(signer: Signer, header: TokenParts["header"], claims: TokenParts["claims"]): string {
  const parts = tokenParts(signer, NOW_MS, URI);
  return signToken(signer, {
    header: { ...parts.header, ...header },
    claims: { ...parts.claims, ...claims },
  });
}

test("a good token names its key, of either algorithm and with either name of its uri", () => {
  assert.equal(judge(changed("trader", {}, {})), "organizations/5a0d/apiKeys/trader");
  assert.equal(judge(changed("maker", {}, { iss: "coinbase-cloud" })), "maker-7c1e");
  assert.equal(judge(changed("maker", {}, { uri: undefined, uris: [URI] })), "maker-7c1e");
});

test("[V14] a token counts from nbf to exp, two minutes at most", () => {
  const life = (nbf: number, exp: number): boolean =>
    judge(changed("trader", {}, { nbf: NOW_SECONDS + nbf, exp: NOW_SECONDS + exp })) !== null;
  const table: readonly (readonly [number, number, boolean])[] = [
    [0, 120, true],
    [-119, 1, true],
    [-120, 0, false],
    [-121, -1, false],
    [1, 60, false],
    [0, 121, false],
    [-60, 61, false],
  ];
  for (const [nbf, exp, expected] of table) assert.equal(life(nbf, exp), expected, `${nbf} ${exp}`);
  assert.equal(judge(changed("trader", {}, { nbf: undefined })), null);
  assert.equal(judge(changed("trader", {}, { exp: "soon" })), null);
});

test("a token of another key, algorithm, issuer, or without a nonce does not count", () => {
  for (const header of [
    { kid: "maker-7c1e" },
    { kid: "nobody" },
    { alg: "none" },
    { alg: "EdDSA" },
    { nonce: "" },
  ])
    assert.equal(judge(changed("trader", header, {})), null, JSON.stringify(header));
  for (const claims of [{ sub: "maker-7c1e" }, { iss: "me" }, { uri: "" }])
    assert.equal(judge(changed("trader", {}, claims)), null, JSON.stringify(claims));
});

test("no character of a token can be changed", () => {
  const token = changed("trader", {}, {});
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.";
  fc.assert(
    fc.property(fc.nat(token.length - 2), fc.constantFrom(...alphabet.split("")), (at, letter) => {
      fc.pre(token[at] !== letter);
      assert.equal(judge(token.slice(0, at) + letter + token.slice(at + 1)), null);
    }),
  );
});

test("anything may be sent as a token", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary-ascii" }), (text) => {
      assert.equal(judge(text), null);
    }),
  );
});

test("a socket's token names no request", () => {
  assert.notEqual(authenticator.subscription(signToken("trader", tokenParts("trader", NOW_MS)), 0), null);
  assert.equal(authenticator.subscription(changed("trader", {}, {}), 0), null);
  assert.equal(authenticator.subscription(7, 0), null);
});

test("a key that is neither P-256 nor Ed25519 is not registered", () => {
  const publicKeyPem = `-----BEGIN PUBLIC KEY-----
MCowBQYDK2VuAyEAL+VFnvB0xE9vXnQYhbWvSWLfrUYQvIaYJvkLuHFSmj4=
-----END PUBLIC KEY-----
`;
  const clock = new VenueClock(1n);
  assert.throws(() => new Authenticator([{ name: "x", account: 1, publicKeyPem }], clock), /x25519/);
});
