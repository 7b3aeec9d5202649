import assert from "node:assert/strict";
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { tokenHash, tokenOf } from "../../host/control/api/index.ts";
import { projectRoot } from "../../tools/project-root.ts";
import { freshDirectory, lastJson, launch, sandpit } from "./sandpit.ts";

type Launched = ReturnType<typeof launch>;
interface Line {
  readonly event: string;
  readonly text?: string;
  readonly stage?: string;
  readonly isChanged?: boolean;
  readonly ms?: number;
  readonly fault?: string | null;
  readonly calls?: number;
  readonly equal?: number;
}

const WAIT_MS = 60_000;
const data = freshDirectory();
// The compiler takes sources of the project alone.
const folder = join(projectRoot, "build", "test-plugins", `dev-${process.pid}`, "momentum");
const source = join(folder, "index.ts");
const quantToken = tokenOf(new Uint8Array(32).fill(7));
const quantFile = join(data, "quant-token");
let host: Launched;

before(async () => {
  mkdirSync(folder, { recursive: true });
  for (const file of ["index.ts", "manifest.json"])
    cpSync(join(projectRoot, "plugins", "agents", "momentum", file), join(folder, file));
  const config = join(data, "quant.json");
  const example = readFileSync(join(projectRoot, "docs", "examples", "tight-limits.json"), "utf8");
  const tokens = [
    { name: "quinn", role: "quant", sha256: tokenHash(quantToken), expires: "2099-01-01T00:00:00Z" },
  ];
  writeFileSync(config, JSON.stringify({ ...(JSON.parse(example) as object), control: { tokens } }));
  writeFileSync(quantFile, quantToken, { mode: 0o600 });
  host = launch(["start", "--no-view", "--data", data, "--config", config, "--json"]);
  while (!existsSync(join(data, "control-address")) && host.child.exitCode === null)
    await new Promise((resolve) => setTimeout(resolve, 50));
});

after(() => {
  host.child.kill("SIGTERM");
  rmSync(join(folder, ".."), { recursive: true, force: true });
});

/** What a running `dev --json` has told since this was asked last, up to and with an event. */
class DevLines {
  readonly launched: Launched;
  private readonly lines: Line[] = [];
  private rest = "";

  constructor(launched: Launched) {
    this.launched = launched;
    launched.child.stdout?.on("data", (text: string) => {
      const parts = `${this.rest}${text}`.split("\n");
      this.rest = parts.pop() ?? "";
      this.lines.push(...parts.map((part) => JSON.parse(part) as Line));
    });
  }

  async until(event: string): Promise<Line> {
    const seen: Line[] = [];
    for (const endMs = Date.now() + WAIT_MS; Date.now() < endMs && this.launched.child.exitCode === null;) {
      const line = this.lines.shift();
      if (line?.event === event) return line;
      if (line === undefined) await new Promise((resolve) => setTimeout(resolve, 20));
      else seen.push(line);
    }
    throw new Error(`no ${event} after ${JSON.stringify(seen)}`);
  }
}

function edit(from: string, to: string): void {
  const text = readFileSync(source, "utf8");
  assert.ok(text.includes(from), from);
  writeFileSync(source, text.replace(from, to));
}

test(
  "each save is built, put into its shadow and compared; mistakes are told with file and line, and the next save goes on",
  { skip: process.platform === "win32" },
  async () => {
    const dev = new DevLines(launch(["dev", folder, "--data", data, "--json"]));
    assert.equal((await dev.until("deployed")).isChanged, false, "it is the module that runs");

    edit("Math.tanh(sum)", "Math.tanh(2 * sum)");
    assert.equal((await dev.until("deployed")).stage, "shadow");
    const { ms = 0 } = await dev.until("shown");
    assert.ok(ms > 0 && ms < WAIT_MS, `${ms} ms from the save to the first call`);
    const { calls = 0, equal = 0 } = await dev.until("status");
    assert.ok(calls > 0 && equal <= calls);
    assert.match(
      (await sandpit("plugin", "list", "--data", data)).stdout,
      /^ {2}beside +candidate +momentum/m,
    );

    edit("Math.tanh(2 * sum)", "Math.tanh(2 * summ)");
    assert.match((await dev.until("not-built")).text ?? "", /Cannot find name 'summ'[^]*index\.ts.*\d+/);

    edit("Math.tanh(2 * summ)", "Math.tanh(3 * sum)");
    assert.equal((await dev.until("deployed")).stage, "shadow", "in place of the candidate before");
    await dev.until("shown");

    edit("const score =", 'assert(vector.timeNs < 0, "on purpose");\n    const score =');
    assert.match((await dev.until("not-deployed")).text ?? "", /on purpose at .*momentum\/index\.ts:\d+/);

    // Prices of the trial's market have fewer digits.
    edit("vector.timeNs < 0", "vector.bidPrice < 1_000_000_000");
    assert.equal((await dev.until("deployed")).stage, "shadow");
    assert.match((await dev.until("status")).fault ?? "", /on purpose at .*momentum\/index\.ts:\d+/);
    dev.launched.child.kill("SIGTERM");
    assert.equal((await dev.launched.ended).status, 0);
  },
);

test("one round ends with status 0 when it was compared, and 1 when it was not built or the host is not there", async () => {
  edit("assert(vector.bidPrice", "// assert(vector.bidPrice");
  const line = ["dev", folder, "momentum", "--once"];
  const once = await sandpit(...line, "--data", data);
  assert.equal(once.status, 0, once.stdout + once.stderr);
  assert.match(once.stdout, /^built: [\d,]+ bytes in \d+ ms$/m);
  assert.match(once.stdout, /^momentum 1\.0\.0, running: [\d,]+ calls: \d+ equal, /m);
  assert.equal((await sandpit("plugin", "promote", "momentum", "--data", data)).status, 0);
  edit("Math.tanh(3 * sum)", "Math.tanh(4 * sum)");
  const probation = await sandpit(...line, "--data", data);
  assert.equal(probation.status, 1);
  assert.match(probation.stdout, /not deployed: momentum is on probation/, "it is not rolled back");
  assert.equal((await sandpit("plugin", "rollback", "momentum", "--data", data)).status, 0);
  const bundled = join(projectRoot, "build", "plugins", "agents", "momentum.wasm");
  const again = ["plugin", "deploy", bundled, "momentum", "--data", data];
  assert.match((await sandpit(...again)).stdout, /live, .*as it was/);
  assert.match((await sandpit(...again, "--fresh")).stdout, /candidate, momentum/);
  assert.equal((await sandpit("plugin", "rollback", "momentum", "--data", data)).status, 0);
  const fresh = await sandpit("dev", "momentum", "--once", "--fresh", "--data", data);
  assert.match(fresh.stdout, /^momentum: shadow, /m, "what runs already, from nothing");
  assert.equal((await sandpit("plugin", "rollback", "momentum", "--data", data)).status, 0);
  const waits = ["plugin", "deploy", join(folder, "..", "waiting.wasm"), "momentum", "--data", data];
  cpSync(bundled, waits[2] ?? "");
  assert.equal((await sandpit(...waits, "--parameter", "flowWeight=2")).status, 0);
  assert.equal((await sandpit(...line, "--data", data)).status, 0, "in place of one that waits");
  const other = await sandpit("dev", "momentum", "market-maker", "--once", "--data", data, "--json");
  assert.match(other.stdout, /"not-deployed".*SANDPIT_ADMISSION|SANDPIT_SIGNATURE_NAME/);
  writeFileSync(join(folder, "manifest.json"), "{");
  const broken = await sandpit(...line, "--data", data, "--json");
  assert.equal(broken.status, 1);
  assert.match(lastJson<Line>(broken).text ?? "", /manifest\.json is not JSON/);
  assert.equal((await sandpit(...line, "--data", freshDirectory())).status, 1);
  for (const wrong of [["dev"], ["dev", "no-such-plugin"], ["dev", "momentum", "a", "b"]])
    assert.equal((await sandpit(...wrong, "--data", data)).status, 2, wrong.join(" "));
});

test("a quant's token is enough to develop an agent, and to let it take over is not his", async () => {
  for (const file of ["index.ts", "manifest.json"])
    cpSync(join(projectRoot, "plugins", "agents", "momentum", file), join(folder, file));
  const asQuant = ["--data", data, "--token-file", quantFile];
  for (const [from, to] of [
    ["Math.tanh(sum)", "Math.tanh(5 * sum)"],
    ["Math.tanh(5 * sum)", "Math.tanh(6 * sum)"],
  ] as const) {
    edit(from, to);
    const round = await sandpit("dev", folder, "momentum", "--once", ...asQuant);
    assert.equal(round.status, 0, round.stdout + round.stderr);
  }
  const rule = await sandpit("dev", "order-size", "--once", ...asQuant, "--json");
  assert.match(rule.stdout, /"not-deployed".*SANDPIT_API_FORBIDDEN/);
  for (const action of ["promote", "rollback", "quarantine"]) {
    const refused = await sandpit("plugin", action, "momentum", ...asQuant);
    assert.equal(refused.status, 1);
    assert.match(refused.stderr, /SANDPIT_API_FORBIDDEN/);
  }
  const dropped = await sandpit("plugin", "drop", "momentum", ...asQuant, "--json");
  assert.equal(lastJson<Line>(dropped).stage, "live");
  assert.match((await sandpit("plugin", "drop", "momentum", ...asQuant)).stderr, /SANDPIT_PLUGIN_STATE/);
  const waits = await sandpit("plugin", "deploy", "momentum", ...asQuant, "--parameter", "flowWeight=2");
  assert.equal(waits.status, 0, waits.stderr);
  const list = await sandpit("plugin", "list", ...asQuant);
  assert.match(
    list.stdout,
    /^ {2}waiting +candidate +momentum 1\.0\.0 +unsigned +shadow, promote or drop it$/m,
  );
  assert.equal((await sandpit("plugin", "drop", "momentum", ...asQuant)).status, 0);
});

test("the session with all its swaps agrees with the venue, and its replay with it", async () => {
  host.child.kill("SIGTERM");
  const outcome = await host.ended;
  assert.equal(outcome.status, 0, outcome.stdout + outcome.stderr);
  const { agreed, replay } = lastJson<{ agreed: boolean; replay: { isEqual: boolean } }>(outcome);
  assert.deepEqual([agreed, replay.isEqual], [true, true]);
});
