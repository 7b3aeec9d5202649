import assert from "node:assert/strict";
import { mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { freshDirectory, lastJson, sandpit } from "./sandpit.ts";

const directory = freshDirectory();
const at = (name: string): string => join(directory, name);
const source = join(import.meta.dirname, "../../plugins");

interface NewKey {
  readonly privateFile: string;
  readonly publicFile: string;
  readonly keyId: string;
  readonly publicKey: string;
}

async function generate(name: string, ...more: readonly string[]): Promise<NewKey> {
  const outcome = await sandpit("plugin", "keygen", "--out", at(name), ...more, "--json");
  assert.equal(outcome.status, 0, outcome.stderr);
  return lastJson<NewKey>(outcome);
}

function writeKeyring(name: string, keys: readonly (readonly [string, "quant" | "risk", NewKey])[]): string {
  const validity = { notBefore: "2020-01-01T00:00:00Z", expires: "2999-01-01T00:00:00Z" };
  const entries = keys.map(([owner, role, { publicKey }]) => ({
    name: `${owner}-key`,
    owner,
    role,
    publicKey,
    ...validity,
    environments: ["production"],
  }));
  writeFileSync(at(name), JSON.stringify({ format: 1, keys: entries }));
  return at(name);
}

describe("the way of a module from key to host", async () => {
  const ann = await generate("ann");
  const bea = await generate("bea", "--format", "wasmsign2");
  mkdirSync(at("cyd"));
  const cyd = await generate("cyd");
  const keyring = writeKeyring("keyring.json", [
    ["ann", "risk", ann],
    ["bea", "risk", bea],
    ["cyd", "quant", cyd],
  ]);

  test("keygen writes a private key for its owner alone, and overwrites nothing", async () => {
    if (process.platform !== "win32") assert.equal(statSync(at("ann")).mode & 0o777, 0o600);
    assert.match(readFileSync(at("ann.pub"), "utf8"), /BEGIN PUBLIC KEY/);
    assert.deepEqual([statSync(at("bea")).size, statSync(at("bea.pub")).size], [65, 33]);
    assert.equal(cyd.privateFile, join(at("cyd"), "plugin-key"));
    const again = await sandpit("plugin", "keygen", "--out", at("ann"));
    assert.equal(again.status, 1);
    assert.match(again.stderr, /ann exists/);
    const text = await sandpit("plugin", "keygen", "--out", at("told"));
    assert.match(text.stdout, /key id {6}[0-9a-f]{24}\n.*publicKey: 01[0-9a-f]{64}\n/);
  });

  test("[S15] a risk rule signed by one is refused, by two accepted", async () => {
    const one = at("position-limit-1.wasm");
    const two = at("position-limit-2.wasm");
    const first = await sandpit("plugin", "sign", "position-limit", "--key", at("ann"), "--out", one);
    assert.equal(first.status, 0, first.stderr);
    assert.match(first.stdout, new RegExp(`signed by the key ${ann.keyId}, 1 signature;`));
    const refused = await sandpit("plugin", "verify", one, "--keyring", keyring);
    assert.equal(refused.status, 1);
    assert.match(refused.stdout, /^SANDPIT_SIGNATURE_THRESHOLD: /);
    const second = await sandpit("plugin", "sign", one, "--key", at("bea"), "--out", two, "--json");
    assert.equal(lastJson<{ signatures: number }>(second).signatures, 2);
    const accepted = await sandpit("plugin", "verify", two, "--keyring", keyring, "--json");
    assert.equal(accepted.status, 0, accepted.stderr);
    const answer = lastJson<{ isVerified: boolean; signature: { trust: { signers: string[] } } }>(accepted);
    assert.deepEqual([answer.isVerified, answer.signature.trust.signers], [true, ["ann-key", "bea-key"]]);
    const elsewhere = await sandpit(
      "plugin",
      "verify",
      two,
      "--keyring",
      keyring,
      "--environment",
      "staging",
    );
    assert.match(elsewhere.stdout, /^SANDPIT_SIGNATURE_KEY_ENVIRONMENT: /);
    const again = await sandpit("plugin", "sign", two, "--key", at("ann"));
    assert.equal(again.status, 1);
    assert.match(again.stderr, /SANDPIT_SIGNATURE_DUPLICATE/);
  });

  test("[S1] verify tells an unsigned module, in development too", async () => {
    for (const environment of ["production", "development"]) {
      const line = ["plugin", "verify", "momentum", "--keyring", keyring, "--environment", environment];
      const { status, stdout } = await sandpit(...line);
      assert.deepEqual([status, stdout.startsWith("SANDPIT_SIGNATURE_MISSING: ")], [1, true]);
    }
  });

  test("a key command signs in place, its signature is checked first", async () => {
    const file = at("momentum.wasm");
    const key = join(at("cyd"), "plugin-key");
    await sandpit("plugin", "sign", "momentum", "--key", at("ann"), "--out", file);
    const script = at("vault.cjs");
    writeFileSync(
      script,
      `const { createPrivateKey, sign } = require("node:crypto"); const { readFileSync } = require("node:fs");
       process.stdout.write(sign(null, readFileSync(0), createPrivateKey(readFileSync(${JSON.stringify(key)}))).toString("hex"));`,
    );
    const command = ["--key-command", `"${process.execPath}" "${script}"`];
    const before = readFileSync(file);
    const wrong = await sandpit("plugin", "sign", file, ...command, "--public-key", at("bea.pub"));
    assert.equal(wrong.status, 1);
    assert.match(wrong.stderr, /SANDPIT_SIGNATURE_INVALID/);
    assert.deepEqual(readFileSync(file), before);
    const right = await sandpit("plugin", "sign", file, ...command, "--public-key", `${key}.pub`, "--json");
    assert.equal(lastJson<{ keyId: string; signatures: number }>(right).signatures, 2);
  });

  test("verify --source proves which source a module was made from, signed or not", async () => {
    const file = at("microprice.wasm");
    await sandpit("plugin", "sign", "microprice", "--key", join(at("cyd"), "plugin-key"), "--out", file);
    const same = await sandpit(
      ...["plugin", "verify", file, "--source", join(source, "features/microprice"), "--keyring", keyring],
    );
    assert.equal(same.status, 0, same.stdout);
    assert.match(same.stdout, /signed by cyd-key\n.*gives the same bytes/);
    const other = await sandpit("plugin", "verify", file, "--source", join(source, "risk/position-limit"));
    assert.equal(other.status, 1);
    assert.match(other.stdout, /^SOURCE_DIFFERS: .*gives other bytes/);
  });

  test("inspect shows who is said to have signed, and refuses signatures that it cannot read", async () => {
    const file = at("position-limit-2.wasm");
    const text = await sandpit("plugin", "inspect", file);
    assert.match(text.stdout, new RegExp(`signature {3}by ${ann.keyId}, ${bea.keyId};`));
    const json = await sandpit("plugin", "inspect", file, "--json");
    const report = lastJson<{ signature: { keyIds: string[]; contentSha256: string } }>(json);
    assert.deepEqual(report.signature.keyIds, [ann.keyId, bea.keyId]);
    assert.match(
      (await sandpit("plugin", "inspect", "hedge")).stdout,
      /signature {3}none: it runs in development alone/,
    );
    const broken = readFileSync(file);
    broken[broken.length - 1] = (broken.at(-1) ?? 0) ^ 1;
    writeFileSync(at("broken.wasm"), broken);
    const refused = await sandpit("plugin", "inspect", at("broken.wasm"));
    assert.equal(refused.status, 1);
    assert.match(refused.stdout, /REFUSED, SANDPIT_SIGNATURE_HASH_MISMATCH/);
  });

  test("diff tells what a reviewer asks, and that a signature changes nothing else", async () => {
    const signed = await sandpit("plugin", "diff", "position-limit", at("position-limit-1.wasm"), "--json");
    const equal = lastJson<{ hasEqualContent: boolean; differences: { what: string }[] }>(signed);
    assert.ok(equal.hasEqualContent);
    assert.deepEqual(
      equal.differences.map(({ what }) => what),
      ["signed by", "size in bytes"],
    );
    const other = await sandpit("plugin", "diff", "depth-imbalance", "microprice");
    assert.equal(other.status, 0);
    for (const part of ["outputs", "parameter levels", "instructions", "code in bytes", "name"])
      assert.match(other.stdout, new RegExp(`^ {2}${part} +\\S.* -> `, "m"), part);
  });

  test("diff --gas runs both on the same market", async () => {
    const outcome = await sandpit("plugin", "diff", "microprice", at("microprice.wasm"), "--gas", "--json");
    const { runs } = lastJson<{
      runs: { plugin: string; calls: Record<string, number>; outputBytes: number }[];
    }>(outcome);
    assert.equal(runs.length, 2);
    assert.deepEqual(runs[0]?.calls, runs[1]?.calls);
    assert.equal(runs[0]?.outputBytes, runs[1]?.outputBytes);
  });

  test("a wrong call ends with status 2 and names the remedy", async () => {
    for (const line of [
      ["keygen"],
      ["keygen", "x", "--out", at("y")],
      ["sign", "momentum", "--key", at("ann")],
      ["sign", "momentum", "--out", at("z.wasm")],
      ["sign", "momentum", "--out", at("z.wasm"), "--key", at("ann"), "--key-command", "true"],
      ["sign", "momentum", "--out", at("z.wasm"), "--key-command", "true"],
      ["verify", "momentum"],
      ["verify", "momentum", "--keyring", keyring, "--environment", "mars"],
      ["diff", "momentum"],
      ["toString", "momentum"],
    ]) {
      const { status, stderr } = await sandpit("plugin", ...line);
      assert.equal(status, 2, line.join(" "));
      assert.match(stderr, /^sandpit: .+\n {2}remedy: .+/, line.join(" "));
    }
  });

  test("what the engine would not load is not signed, and a key that lay open is not used", async () => {
    writeFileSync(at("text.wasm"), "no module");
    const refused = await sandpit("plugin", "sign", at("text.wasm"), "--key", at("ann"));
    assert.equal(refused.status, 1);
    assert.match(refused.stderr, /would not be loaded/);
    writeFileSync(at("open"), readFileSync(at("ann")), { mode: 0o644 });
    const open = await sandpit("plugin", "sign", "momentum", "--key", at("open"), "--out", at("x.wasm"));
    if (process.platform !== "win32") assert.match(open.stderr, /mode 644/);
  });
});
