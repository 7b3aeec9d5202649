import assert from "node:assert/strict";
import { test } from "node:test";
import { AccessTokens, tokenHash, tokenOf } from "../../../../host/control/api/access-tokens.ts";
import { ApiProblem } from "../../../../host/control/api/api-problem.ts";

const NOW_MS = 1_795_305_600_000;
const token = tokenOf(Uint8Array.from({ length: 32 }, (_, index) => index * 7));
const line = {
  name: "mara",
  role: "quant",
  sha256: tokenHash(token),
  expires: "2026-11-22T00:00:01Z",
} as const;

function refusal(tokens: AccessTokens, authorization: string | undefined, wallMs: number): string {
  try {
    return tokens.authenticate(authorization, wallMs).name;
  } catch (error) {
    assert.ok(error instanceof ApiProblem);
    assert.equal(error.message.includes(token) || error.remedy.includes(token), false);
    return error.code;
  }
}

test("a token is told by its hash, until the moment it expires", () => {
  const tokens = new AccessTokens([line]);
  assert.deepEqual(tokens.authenticate(`Bearer ${token}`, NOW_MS), { name: "mara", role: "quant" });
  assert.equal(refusal(tokens, `bearer  ${token}`, NOW_MS + 999), "mara");
  assert.equal(refusal(tokens, `Bearer ${token}`, NOW_MS + 1_000), "SANDPIT_API_TOKEN_EXPIRED");
  assert.equal(refusal(tokens, `Bearer ${token}`, Number.NaN), "SANDPIT_API_TOKEN_EXPIRED");
});

test("what is no token, or nobody's, is refused", () => {
  const tokens = new AccessTokens([line]);
  for (const header of [
    undefined,
    "",
    "Bearer",
    `Basic ${token}`,
    token,
    `Bearer ${token} x`,
    `Bearer ${token}x`,
  ])
    assert.equal(refusal(tokens, header, NOW_MS), "SANDPIT_API_UNAUTHENTICATED", header);
  const other = tokenOf(new Uint8Array(32));
  assert.equal(refusal(tokens, `Bearer ${other}`, NOW_MS), "SANDPIT_API_TOKEN_UNKNOWN");
  assert.equal(refusal(new AccessTokens([]), `Bearer ${token}`, NOW_MS), "SANDPIT_API_TOKEN_UNKNOWN");
  assert.equal(
    refusal(tokens, `Bearer ${line.sha256}`, NOW_MS),
    "SANDPIT_API_UNAUTHENTICATED",
    "the hash is no token",
  );
});

test("among several tokens each is its own holder's", () => {
  const others = [1, 2, 3].map((byte) => tokenOf(new Uint8Array(32).fill(byte)));
  const tokens = new AccessTokens(
    others.map((text, index) => ({ ...line, name: `n${index}`, sha256: tokenHash(text) })),
  );
  assert.deepEqual(
    others.map((text) => tokens.authenticate(`Bearer ${text}`, NOW_MS).name),
    ["n0", "n1", "n2"],
  );
});

test("a token has 256 bits, no fewer", () => {
  assert.match(token, /^sandpit_[\w-]{43}$/);
  assert.throws(() => tokenOf(new Uint8Array(16)), /32 bytes/);
});
