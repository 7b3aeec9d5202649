import assert from "node:assert/strict";
import { verify } from "node:crypto";
import { test } from "node:test";
import { AllowList } from "../../../../../host/execution/signer/process/allow-list.ts";
import { checkUri, coinbaseToken } from "../../../../../host/execution/signer/process/coinbase-token.ts";
import { SignerError } from "../../../../../host/execution/signer/signer-error.ts";
import type { KeyLabel } from "../../../../../host/execution/signer/signer-key.ts";
import { ed25519, p256 } from "../../../../support/signer-keys.ts";

const facts = {
  keyName: "organizations/o/apiKeys/k",
  uri: "GET api.coinbase.com/api/v3/brokerage/accounts",
  atSeconds: 1_732_000_000,
  nonce: "ab",
};

for (const [alg, key] of [
  ["ES256", p256],
  ["EdDSA", ed25519],
] as const)
  test(`a token has Coinbase's header and claims, and node's own verifier agrees (${alg})`, async () => {
    const token = await coinbaseToken(key.privateKey, facts);
    const [header = "", claims = "", signature = ""] = token.split(".");
    const read = (part: string): unknown => JSON.parse(Buffer.from(part, "base64url").toString("utf8"));
    assert.deepEqual(read(header), { alg, kid: facts.keyName, nonce: "ab", typ: "JWT" });
    assert.deepEqual(read(claims), {
      sub: facts.keyName,
      iss: "cdp",
      uri: facts.uri,
      nbf: facts.atSeconds,
      exp: facts.atSeconds + 120,
    });
    const signed = Buffer.from(`${header}.${claims}`);
    const bytes = Buffer.from(signature, "base64url");
    const isRight =
      alg === "ES256"
        ? verify("sha256", signed, { key: key.publicKey, dsaEncoding: "ieee-p1363" }, bytes)
        : verify(null, signed, key.publicKey, bytes);
    assert.equal(isRight, true);
  });

test("a token for WebSocket subscriptions has no uri", async () => {
  const [, claims = ""] = (await coinbaseToken(p256.privateKey, { ...facts, uri: "" })).split(".");
  assert.equal(Buffer.from(claims, "base64url").toString().includes("uri"), false);
});

const list = new AllowList("coinbase");

function codeOf(uri: string, label: KeyLabel = "production"): string {
  try {
    checkUri(uri, list, label);
    return "allowed";
  } catch (error) {
    assert.ok(error instanceof SignerError, String(error));
    assert.match(error.message, /^[ -~]*$/);
    return error.code.replace("SANDPIT_SIGNER_", "");
  }
}

test("[P24] a uri names a listed request at the venue's own host", () => {
  for (const uri of ["", facts.uri, "POST api.coinbase.com/api/v3/brokerage/orders"])
    assert.equal(codeOf(uri), "allowed", uri);
  for (const [uri, code] of [
    ["GET api.coinbase.com/v2/accounts", "PATH_REFUSED"],
    ["DELETE api.coinbase.com/api/v3/brokerage/accounts", "PATH_REFUSED"],
    ["GET api.coinbase.com/api/v3/brokerage/accounts?limit=1", "TEXT_REFUSED"],
    ["GET api.coinbase.com/api/v3/brokerage/accounts\n", "TEXT_REFUSED"],
    ["GET api.coinbase.com/api/v3/brokerage/../../v2/accounts", "TEXT_REFUSED"],
    ["GET https://api.coinbase.com/api/v3/brokerage/accounts", "HOST_REFUSED"],
    ["GET api.coinbase.com.evil.example/api/v3/brokerage/accounts", "HOST_REFUSED"],
    ["GET evil.example/api.coinbase.com/api/v3/brokerage/accounts", "HOST_REFUSED"],
    ["GET api.coinbase.com:443/api/v3/brokerage/accounts", "HOST_REFUSED"],
    ["GET user@api.coinbase.com/api/v3/brokerage/accounts", "TEXT_REFUSED"],
    [" GET api.coinbase.com/api/v3/brokerage/accounts", "TEXT_REFUSED"],
    ["GET  api.coinbase.com/api/v3/brokerage/accounts", "TEXT_REFUSED"],
    ["GET api.coinbase.com", "TEXT_REFUSED"],
    [`GET api.coinbase.com/${"a".repeat(400)}`, "TEXT_REFUSED"],
  ] as const)
    assert.equal(codeOf(uri), code, uri);
});

test("[O6] each label has its own hosts", () => {
  const path = "/api/v3/brokerage/accounts";
  const hosts = {
    production: "api.coinbase.com",
    testnet: "api-sandbox.coinbase.com",
    simulation: "127.0.0.1:8443",
  };
  for (const [label, own] of Object.entries(hosts))
    for (const host of Object.values(hosts))
      assert.equal(
        codeOf(`GET ${host}${path}`, label as KeyLabel),
        host === own ? "allowed" : "HOST_REFUSED",
        `${label} ${host}`,
      );
});
