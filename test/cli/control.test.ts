import assert from "node:assert/strict";
import { chmodSync, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { test } from "node:test";
import { tokenHash } from "../../host/control/api/index.ts";
import { freshDirectory, lastJson, launch, sandpit } from "./sandpit.ts";

/** Starts a simulated session and waits until its control API can be found. */
async function startedIn(data: string): Promise<ReturnType<typeof launch>> {
  const started = launch(["start", "--no-view", "--data", data, "--json"]);
  while (!existsSync(join(data, "control-address")) && started.child.exitCode === null)
    await new Promise((resolve) => setTimeout(resolve, 50));
  return started;
}

/** Every file below a folder, as one text. */
function allText(folder: string): string {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name !== "control-token")
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), "latin1"))
    .join("\n");
}

test(
  "a running session is looked at, killed, re-armed and audited from the command line, and still agrees [O1]",
  { skip: process.platform === "win32" },
  async () => {
    const data = freshDirectory();
    const { child, ended } = await startedIn(data);
    const run = (...line: string[]) => sandpit(...line, "--data", data);
    assert.equal(statSync(join(data, "control-token")).mode & 0o777, 0o600);
    const token = readFileSync(join(data, "control-token"), "utf8").trim();

    const status = await run("status", "--json");
    assert.equal(status.status, 0, status.stderr);
    assert.equal(lastJson<{ mode: string }>(status).mode, "ACTIVE");
    assert.match((await run("status")).stdout, /^mode +ACTIVE/m);
    assert.match((await run("plugins")).stdout, /^momentum +agent +momentum 1\.0\.0 +unsigned +running/m);

    const kill = await run("kill", "--reason", `oops ${token}`);
    assert.match(kill.stdout, /^HALTED; .*audit record 1\)/);
    assert.match((await run("status")).stdout, /^mode +HALTED/m);
    const again = await run("rearm", "--reason", "looked at it");
    assert.match(again.stdout, /the account is ACTIVE \(audit record 3\)/, again.stderr);
    const twice = await run("rearm", "--reason", "looked at it");
    assert.equal(twice.status, 1);
    assert.match(twice.stderr, /SANDPIT_CONTROL_ALREADY_ARMED.*\n {2}remedy: /);
    assert.equal((await run("kill", "--cancel-only", "--json")).status, 0);

    const audit = await run("audit");
    assert.match(audit.stdout, /start +operator +kill +OK +\{"reason":"oops \(token removed\)"\}/);
    const verified = await sandpit("audit", "verify", join(data, "records", "audit"), "--json");
    assert.equal(verified.status, 0);
    assert.equal(lastJson<{ records: number }>(verified).records, 6);

    child.kill("SIGTERM");
    const outcome = await ended;
    assert.equal(outcome.status, 0, outcome.stdout + outcome.stderr);
    assert.equal(lastJson<{ replay: { isEqual: boolean } }>(outcome).replay.isEqual, true);
    assert.equal(`${outcome.stdout}${outcome.stderr}${allText(data)}`.includes(token), false);
    assert.equal(existsSync(join(data, "control-token")), false, "the token ends with the host");

    const gone = await run("status");
    assert.equal(gone.status, 1);
    assert.match(gone.stderr, /no host runs in .*\n {2}remedy: start one with `npm start`/);
  },
);

test("a changed audit log is told with the first broken record, and the host does not start on it", async () => {
  const data = freshDirectory();
  const { child, ended } = await startedIn(data);
  for (const reason of ["one", "two", "three"]) await sandpit("kill", "--data", data, "--reason", reason);
  child.kill("SIGTERM");
  await ended;
  const log = join(data, "records", "audit", "audit.log");
  writeFileSync(log, readFileSync(log, "utf8").replace('"two"', '"2wo"'));
  const verified = await sandpit("audit", "verify", log);
  assert.equal(verified.status, 1);
  assert.match(verified.stdout, /^BROKEN: .*record 2 is damaged or was changed/);
  const start = await sandpit("start", "--no-view", "--duration", "1", "--data", data);
  assert.equal(start.status, 1);
  assert.match(start.stderr, /record 2 is damaged or was changed/);
});

test("a token is made once: its text for the holder, its hash for the configuration", async () => {
  const made = await sandpit("token", "new", "--role", "quant", "--name", "mara", "--days", "7", "--json");
  assert.equal(made.status, 0, made.stderr);
  const { token, line } = lastJson<{
    token: string;
    line: { name: string; role: string; sha256: string; expires: string };
  }>(made);
  assert.deepEqual([line.name, line.role, line.sha256], ["mara", "quant", tokenHash(token)]);
  const days = (Date.parse(line.expires) - Date.now()) / 86_400_000;
  assert.ok(days > 6.9 && days <= 7, String(days));
  const text = await sandpit("token", "new", "--role", "viewer", "--name", "mara");
  assert.match(text.stdout, /\nsandpit_[\w-]{43}\n.*\n\{"name":"mara"/);
});

test("wrong calls end with status 2 and name the remedy", async () => {
  for (const line of [
    ["token"],
    ["token", "old", "--role", "viewer", "--name", "x"],
    ["token", "new", "--role", "king", "--name", "x"],
    ["token", "new", "--role", "viewer", "--name", "Not A Name"],
    ["rearm"],
    ["audit", "verify"],
    ["audit", "burn"],
    ["status", "--url", "127.0.0.1:80"],
  ]) {
    const { status, stderr } = await sandpit(...line);
    assert.equal(status, 2, `${line.join(" ")}: ${stderr}`);
    assert.match(stderr, /\n {2}remedy: .+/, line.join(" "));
  }
});

test(
  "what cannot be reached, read or understood is told apart",
  { skip: process.platform === "win32" },
  async () => {
    const directory = freshDirectory();
    const file = join(directory, "token");
    writeFileSync(file, "sandpit_x", { mode: 0o600 });
    const stranger = createServer((_request, response) => {
      response.writeHead(418).end("no");
    });
    await new Promise<void>((resolve) => stranger.listen(0, "127.0.0.1", resolve));
    const strange = `http://127.0.0.1:${(stranger.address() as AddressInfo).port}`;
    const cases = [
      [["status", "--url", "http://127.0.0.1:9", "--token-file", file], /no host answers at .*\n.*npm start/],
      [["status", "--url", strange, "--token-file", file], /status 418 and is no host/],
      [["status", "--url", strange, "--token-file", `${file}.absent`], /cannot be read/],
      [["status", "--data", directory], /no host runs in/],
      [["audit", "verify", directory], /^/],
      [["audit", "verify", file], /is no audit log/],
      [["audit", "verify", `${file}.absent`], /is no audit log/],
    ] as const;
    for (const [line, expected] of cases) {
      const { status, stderr } = await sandpit(...line);
      assert.equal(status, 1, line.join(" "));
      assert.match(stderr, expected, line.join(" "));
    }
    chmodSync(file, 0o644);
    const open = await sandpit("status", "--url", strange, "--token-file", file);
    assert.match(open.stderr, /mode 644\)\n {2}remedy: chmod 600/);
    stranger.close();
  },
);
