import assert from "node:assert/strict";
import { verify } from "node:crypto";
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, test } from "node:test";
import { SignerClient, SignerError } from "../../../../host/execution/signer/index.ts";
import type { KeySource, VenueKey } from "../../../../host/execution/signer/index.ts";
import { SeededRandom, SystemClock, SystemTimers } from "../../../../host/platform/index.ts";
import type { ResidentListener, ResidentPrograms } from "../../../../host/platform/processes/index.ts";
import { NodeResidentPrograms } from "../../../../host/platform/processes/index.ts";
import { freshDirectory } from "../../../cli/sandpit.ts";
import { ed25519, formsOf, p256, rawEd25519 } from "../../../support/signer-keys.ts";

const NAME = "organizations/o/apiKeys/k";

/** Real processes, with every byte that came from them. */
class TappedPrograms implements ResidentPrograms {
  readonly bytes: Buffer[] = [];
  readonly ends: string[] = [];
  private readonly real = new NodeResidentPrograms();

  start(
    ...[entry, limits, listener]: Parameters<ResidentPrograms["start"]>
  ): ReturnType<ResidentPrograms["start"]> {
    const tapped: ResidentListener = {
      onBytes: (bytes) => {
        this.bytes.push(Buffer.from(bytes));
        listener.onBytes(bytes);
      },
      onEnd: (reason) => {
        this.ends.push(reason);
        listener.onEnd(reason);
      },
    };
    return this.real.start(entry, limits, tapped);
  }
}

const running: SignerClient[] = [];

// A test that failed leaves nothing running, which would keep this process from ending.
afterEach(() => {
  for (const client of running.splice(0)) client.stop();
});

/** A real signer with its files. */
class Rig {
  readonly directory = freshDirectory();
  readonly programs = new TappedPrograms();
  readonly notices: string[] = [];
  readonly client: SignerClient;

  constructor(keysIn: (directory: string) => readonly VenueKey[], environment = "development") {
    this.client = new SignerClient(
      { environment, auditFile: join(this.directory, "audit.jsonl"), keys: keysIn(this.directory) },
      {
        programs: this.programs,
        timers: new SystemTimers(),
        random: new SeededRandom(1),
        clock: new SystemClock(),
      },
      (level, text) => this.notices.push(`${level} ${text}`),
    );
    running.push(this.client);
  }

  get audit(): string {
    return readFileSync(join(this.directory, "audit.jsonl"), "utf8");
  }

  logon(timestampMs: number): Promise<string> {
    return new Promise((resolve, reject) => {
      this.client.logonSigner("binance").logon(timestampMs, resolve, (reason) => reject(new Error(reason)));
    });
  }

  rest(method: string, path: string, query = `timestamp=${Date.now()}`): Promise<string> {
    return this.client.requestSigner("binance").rest(method, path, query);
  }
}

function fileIn(directory: string, text: string): KeySource {
  const file = join(directory, "key.pem");
  writeFileSync(file, text, { mode: 0o600 });
  return { file };
}

const binance = (from: KeySource): VenueKey => ({
  venue: "binance",
  protocol: "binance",
  key: { apiKey: "public", from, label: "testnet" },
});

test("a process signs logons, tokens and requests with keys from a file, a variable and a command, and notes it", async () => {
  process.env["SIGNER_PROCESS_KEY"] = p256.pem.replaceAll("\n", "\\n");
  const rig = new Rig((directory) => [
    binance(fileIn(directory, ed25519.pem)),
    {
      venue: "coinbase",
      protocol: "coinbase",
      key: { apiKey: NAME, from: { environment: "SIGNER_PROCESS_KEY" }, label: "testnet" },
    },
    {
      venue: "second",
      protocol: "coinbase",
      key: {
        apiKey: NAME,
        from: { command: [process.execPath, "-e", `process.stdout.write("${rawEd25519}")`] },
        label: "testnet",
      },
    },
  ]);
  const held = await rig.client.start();
  assert.deepEqual(
    held.map(({ venue, algorithm }) => `${venue} ${algorithm}`),
    ["binance Ed25519", "coinbase ES256", "second Ed25519"],
  );
  assert.equal(process.env["SIGNER_PROCESS_KEY"], undefined);

  const now = Date.now();
  const signature = Buffer.from(await rig.logon(now), "base64");
  assert.equal(
    verify(null, Buffer.from(`apiKey=public&timestamp=${now}`), ed25519.publicKey, signature),
    true,
  );
  for (const [venue, key, hash] of [
    ["coinbase", { key: p256.publicKey, dsaEncoding: "ieee-p1363" as const }, "sha256"],
    ["second", { key: ed25519.publicKey }, null],
  ] as const) {
    const signer = rig.client.requestSigner(venue);
    const token = await signer.token("GET api-sandbox.coinbase.com/api/v3/brokerage/accounts");
    assert.equal(
      await signer.token("GET api-sandbox.coinbase.com/api/v3/brokerage/accounts"),
      token,
      "from the cache",
    );
    const at = token.lastIndexOf(".");
    assert.equal(
      verify(hash, Buffer.from(token.slice(0, at)), key, Buffer.from(token.slice(at + 1), "base64url")),
      true,
    );
  }
  assert.match(await rig.rest("GET", "/api/v3/openOrders"), /&signature=/);
  await assert.rejects(rig.rest("POST", "/sapi/v1/capital/withdraw/apply"), /is not among the requests/);
  rig.client.stop();

  const outcomes = rig.audit
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as { kind: string; outcome: string });
  assert.deepEqual(
    outcomes.map(({ kind, outcome }) => `${kind} ${outcome}`),
    [
      ...Array.from({ length: 3 }, () => "start signed"),
      "logon signed",
      "token signed",
      "token signed",
      "rest signed",
      "rest SANDPIT_SIGNER_PATH_REFUSED",
    ],
  );
  if (process.platform !== "win32")
    assert.equal(statSync(join(rig.directory, "audit.jsonl")).mode & 0o777, 0o600);
  nothingLeaks(rig);
});

/** Neither the bytes that came over the line nor anything that was written shows a key. */
function nothingLeaks(rig: Rig): void {
  const bytes = Buffer.concat(rig.programs.bytes).toString("latin1");
  const all = [bytes, rig.notices.join("\n"), rig.audit, rig.programs.ends.join("\n")].join("\n");
  for (const form of [...formsOf(ed25519), ...formsOf(p256), rawEd25519]) assert.ok(!all.includes(form));
}

test("[P24] a key that is none leaves no trace of itself in answer, notice, audit or complaint", async () => {
  for (const text of [
    ed25519.pem.replace("BEGIN PRIVATE", "BEGIN PUBLIC"),
    `${rawEd25519} `.repeat(2),
    p256.pem,
  ]) {
    const rig = new Rig((directory) => [binance(fileIn(directory, text))]);
    await assert.rejects(rig.client.start(), (error) => {
      assert.ok(error instanceof SignerError && /KEY_(MALFORMED|KIND)$/.test(error.code), String(error));
      for (const form of [...formsOf(ed25519), ...formsOf(p256)])
        assert.ok(!(error.stack ?? "").includes(form));
      return true;
    });
    nothingLeaks(rig);
  }
});

test("[O6] a production key is refused to a host of another environment, and the other way about", async () => {
  for (const [label, environment] of [
    ["production", "development"],
    ["testnet", "production"],
  ] as const) {
    const rig = new Rig((directory) => {
      const { venue, protocol, key } = binance(fileIn(directory, ed25519.pem));
      return [{ venue, protocol, key: { ...key, label } }];
    }, environment);
    await assert.rejects(
      rig.client.start(),
      (error) => error instanceof SignerError && error.code === "SANDPIT_SIGNER_ENVIRONMENT_DIFFERS",
    );
  }
});

test("[P24] a signer that is killed in the middle of a request fails it, and another takes its place", async () => {
  const rig = new Rig((directory) => [binance(fileIn(directory, ed25519.pem))]);
  await rig.client.start();
  const first = rig.client.pid ?? 0;
  const waiting = Array.from({ length: 30 }, () => rig.rest("GET", "/api/v3/account"));
  process.kill(first, "SIGKILL");
  const answers = await Promise.allSettled(waiting);
  assert.ok(answers.some(({ status }) => status === "rejected"));
  for (const answer of answers)
    if (answer.status === "rejected")
      assert.equal((answer.reason as SignerError).code, "SANDPIT_SIGNER_DOWN");
  await assert.rejects(rig.rest("GET", "/api/v3/account"), /not running/);
  while (!rig.client.isReady) await new Promise((resolve) => setTimeout(resolve, 20));
  assert.notEqual(rig.client.pid, first);
  assert.match(await rig.logon(Date.now()), /==$/);
  rig.client.stop();
});

test("[P24] a key from a variable is handed over once: a signer that died comes back without it, and says what to do", async () => {
  process.env["SIGNER_PROCESS_ONCE"] = ed25519.pem;
  const rig = new Rig(() => [binance({ environment: "SIGNER_PROCESS_ONCE" })]);
  await rig.client.start();
  process.kill(rig.client.pid ?? 0, "SIGKILL");
  const told = (): string | undefined => rig.notices.find((text) => text.includes("ENVIRONMENT_ABSENT"));
  while (told() === undefined) await new Promise((resolve) => setTimeout(resolve, 20));
  assert.match(told() ?? "", /use a file or a command to do without/);
  rig.client.stop();
});
