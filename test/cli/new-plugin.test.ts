import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { projectRoot } from "../../tools/project-root.ts";
import { RepositoryCopy } from "../docs/repository-copy.ts";
import type { Shown } from "../docs/repository-copy.ts";
import { sandpit } from "./sandpit.ts";

interface Summary {
  readonly plugins: readonly string[];
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly tallies: readonly { readonly plugin: string; readonly record: string; readonly gasMax: number }[];
}

const KINDS = {
  agent: "plugins/agents",
  feature: "plugins/features",
  ensemble: "plugins/ensembles",
  risk: "plugins/risk",
  venue: "plugins/venues",
} as const;

let copy: RepositoryCopy;
before(() => {
  copy = new RepositoryCopy();
});
after(() => {
  copy.remove();
});

function run(line: string): Shown {
  return copy.run(`"${process.execPath}" cli/main.ts ${line}`);
}

function jsonOf<T>({ text }: Shown): T {
  return JSON.parse(text.split("\n").findLast((line) => line.startsWith("{")) ?? "null") as T;
}

test("a plugin of every kind is made, builds, is admitted and passes its test as it is", () => {
  for (const [kind, folder] of Object.entries(KINDS)) {
    const { status, text } = run(`new ${kind} fresh-${kind}`);
    assert.equal(status, 0, text);
    assert.match(
      text,
      new RegExp(`^made ${folder}/fresh-${kind}: index\\.test\\.ts, index\\.ts, .*manifest\\.json$`, "m"),
    );
    assert.match(text, new RegExp(`npm run -s sandpit -- test fresh-${kind}$`, "m"));
  }
  const names = Object.keys(KINDS).map((kind) => `fresh-${kind}`);
  const tested = run(`test ${names.join(" ")} --json`);
  assert.equal(tested.status, 0, tested.text);
  const { plugins, passed, failed, skipped, tallies } = jsonOf<Summary>(tested);
  assert.deepEqual([plugins, failed, skipped], [names, 0, 0]);
  assert.ok(passed >= 2 * names.length);
  for (const name of names)
    assert.ok(
      tallies.some(({ plugin, gasMax }) => plugin === name && gasMax > 0),
      name,
    );
  const backtest = run("plugin run fresh-agent --json");
  assert.equal(backtest.status, 0, backtest.text);
});

test("what was made is in the project's format and passes the compiler's checks", () => {
  const { status, text } = run("new agent well-formed");
  assert.equal(status, 0, text);
  const folder = "plugins/agents/well-formed";
  const format = copy.run(`"${process.execPath}" node_modules/oxfmt/bin/oxfmt --check ${folder}`);
  assert.equal(format.status, 0, format.text);
});

test("--json tells the folder, the files and what to do next", () => {
  const made = jsonOf<{ folder: string; files: string[]; next: { do: string }[] }>(
    run("new risk told --json"),
  );
  assert.deepEqual(
    [made.folder, made.files],
    ["plugins/risk/told", ["index.test.ts", "index.ts", "manifest.json"]],
  );
  assert.equal(made.next[0]?.do, "npm run -s sandpit -- test told");
});

test("a failing test ends with status 1 and is told with its place; a filter leaves it out", () => {
  run("new feature broken-one");
  const path = "plugins/features/broken-one/index.test.ts";
  copy.write(path, copy.read(path).replace("value(300, 100), 0.5", "value(300, 100), 0.75"));
  const failed = run("test plugins/features/broken-one");
  assert.equal(failed.status, 1);
  assert.match(failed.text, /✖ plugins\/features\/broken-one\/index\.test\.ts:\d+ publishes which side/);
  assert.match(failed.text, /^2 passed, 1 failed, 0 skipped$/m);
  assert.match(failed.text, /^broken-one Quote: [\d,]+ calls, gas /m);
  assert.equal(run("test broken-one --name alike").status, 1, "a run of nothing has proven nothing");
  assert.equal(run("test broken-one --name answers").status, 0);
});

test("a trap in a test is told with the line of the plugin's source", () => {
  run("new risk trapping");
  const path = "plugins/risk/trapping/index.ts";
  const lines = copy.read(path).split("\n");
  const at = lines.findIndex((line) => line.includes("this.approve()"));
  lines[at] = "    this.deny(<u32>(100 / (check.quantity - 1_000)), 0, 0);";
  copy.write(path, lines.join("\n"));
  const { status, text } = run("test trapping --name approves");
  assert.equal(status, 1);
  const place = new RegExp(`integer division by zero (at|near) ${path}:${at + 1}:`);
  assert.match(text, place);
  assert.ok(text.includes(" in TrappingRiskRule.onCheck"), text);
});

test("a plugin that does not compile is told in the compiler's words", () => {
  run("new feature no-code");
  copy.write("plugins/features/no-code/index.ts", "const value: i32 = missing;");
  const { status, text } = run("test no-code");
  assert.equal(status, 1);
  assert.match(text, /AssemblyScript refused it:[^]*Cannot find name 'missing'/);
});

test("a plugin without a test is refused with the remedy", () => {
  run("new feature bare-one");
  copy.run("rm plugins/features/bare-one/index.test.ts");
  const { status, text } = run("test bare-one");
  assert.equal(status, 1);
  assert.match(text, /plugins\/features\/bare-one has no test\n {2}remedy: write index\.test\.ts/);
});

test("a folder that is there, and a name that another plugin has, are refused and left as they are", () => {
  run("new agent twice-made");
  const before_ = copy.read("plugins/agents/twice-made/index.ts");
  const again = run("new agent twice-made");
  assert.equal(again.status, 1);
  assert.match(again.text, /plugins\/agents\/twice-made is there already\n {2}remedy: /);
  assert.equal(copy.read("plugins/agents/twice-made/index.ts"), before_);
  const other = run("new feature twice-made");
  assert.equal(other.status, 1);
  assert.match(other.text, /plugins\/agents\/twice-made has that name.*\n {2}remedy: /);
  assert.equal(existsSync(join(copy.root, "plugins/features/twice-made")), false);
});

test("a bad name or kind is refused as a wrong call, with the remedy, and nothing is made", async () => {
  for (const line of [
    ["new"],
    ["new", "agent"],
    ["new", "agent", "one", "two"],
    ["new", "toString", "one"],
    ["new", "agent", "../escape"],
    ["new", "agent", "Upper"],
    ["new", "agent", "two--dashes"],
    ["new", "agent", "1st"],
    ["new", "agent", "-"],
    ["new", "agent", ""],
    ["new", "agent", "a".repeat(65)],
    ["test", "nobody-has-that-name"],
  ]) {
    const { status, stderr } = await sandpit(...line);
    assert.equal(status, 2, line.join(" "));
    assert.match(stderr, /^sandpit: .+\n {2}remedy: .+/, line.join(" "));
  }
  assert.equal(existsSync(join(projectRoot, "plugins/agents/Upper")), false);
});

test("both commands print their help", async () => {
  for (const [name, operands] of [
    ["new", "KIND NAME"],
    ["test", "[NAME|DIR...]"],
  ] as const) {
    const { status, stdout } = await sandpit(name, "--help");
    assert.equal(status, 0);
    assert.ok(stdout.startsWith(`usage: sandpit ${name} ${operands} [options]`));
  }
});
