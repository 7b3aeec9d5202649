import assert from "node:assert/strict";
import { test } from "node:test";
import { ConfigurationError, parseConfiguration } from "../../../host/control/configuration.ts";
import { isLoopback, localControl } from "../../../host/control/control-configuration.ts";
import { sampleConfiguration } from "../../support/short-session.ts";

const token = {
  name: "mara",
  role: "quant",
  sha256: "ab".repeat(32),
  expires: "2026-12-31T00:00:00Z",
};

function refusalOf(control: object): string {
  try {
    parseConfiguration({ ...sampleConfiguration, control }, "test");
    return "";
  } catch (error) {
    assert.ok(error instanceof ConfigurationError);
    return error.message.split("\n").slice(1).join("\n");
  }
}

test("left out, the API is on loopback and knows nobody", () => {
  const { control: _, ...rest } = sampleConfiguration;
  assert.deepEqual(parseConfiguration(rest, "test").control, localControl);
  assert.deepEqual(parseConfiguration({ ...rest, control: { port: 9200 } }, "test").control, {
    ...localControl,
    port: 9200,
  });
});

test("an address that others can reach has to be allowed by a key of its own", () => {
  for (const host of ["0.0.0.0", "::", "10.0.0.7", "host.example", "127.0.0.2"]) {
    assert.equal(isLoopback(host), false);
    assert.match(refusalOf({ host }), /control\.host: .*isRemoteAllowed/);
    assert.equal(refusalOf({ host, isRemoteAllowed: true }), "");
  }
  for (const host of ["127.0.0.1", "::1", "localhost"]) assert.equal(refusalOf({ host }), "");
  assert.notEqual(refusalOf({ host: "http://127.0.0.1" }), "");
});

test("tokens have a name, a role, a hash and an end, and no two are the same", () => {
  assert.equal(refusalOf({ tokens: [token] }), "");
  for (const [change, key] of [
    [{ name: "Mara" }, "name"],
    [{ role: "king" }, "role"],
    [{ sha256: "AB".repeat(32) }, "sha256"],
    [{ sha256: "sandpit_abc" }, "sha256"],
    [{ expires: "2026-12-31" }, "expires"],
    [{ expires: "2026-02-30T00:00:00Z" }, "expires"],
    [{ expires: undefined }, "expires"],
  ] as const)
    assert.match(
      refusalOf({ tokens: [{ ...token, ...change }] }),
      new RegExp(`control\\.tokens\\.0\\.${key}: `),
    );
  assert.match(refusalOf({ tokens: [{ ...token, token: "x" }] }), /unknown key "token"/);
  assert.match(refusalOf({ tokens: [token, { ...token, sha256: "cd".repeat(32) }] }), /the same name/);
  assert.match(refusalOf({ tokens: [token, { ...token, name: "mara-2" }] }), /the same sha256/);
});
