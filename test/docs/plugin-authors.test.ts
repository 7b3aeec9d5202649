import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { z } from "zod";
import { kindLimits } from "../../host/engine/index.ts";
import type { PageBlock } from "./page-blocks.ts";
import { isShown, pageBlocks } from "./page-blocks.ts";
import { RepositoryCopy } from "./repository-copy.ts";
import type { Shown } from "./repository-copy.ts";

const page = readFileSync(new URL("../../docs/plugin-authors.md", import.meta.url), "utf8");
const blocks = pageBlocks(page);
const AGENT_LINES_MAX = 40;

const report = z.looseObject({
  orders: z.number(),
  denials: z.record(z.string(), z.number()),
  pnlByAgent: z.record(z.string(), z.string()),
  replay: z.looseObject({ isEqual: z.boolean(), intents: z.number() }),
});

let copy: RepositoryCopy;

before(() => {
  copy = new RepositoryCopy();
});

after(() => {
  copy.remove();
});

function merge(block: PageBlock): void {
  const whole = JSON.parse(copy.read(block.path)) as Record<string, unknown>;
  copy.write(
    block.path,
    JSON.stringify({ ...whole, ...(JSON.parse(block.text) as Record<string, unknown>) }),
  );
}

/** Carries out one block; `last` is what the commands before it showed. */
function carryOut(block: PageBlock, last: Shown): Shown {
  if (block.kind === "file") copy.write(block.path, block.text);
  else if (block.kind === "merge") merge(block);
  else if (block.kind === "run") {
    const shown = copy.run(block.text);
    assert.equal(shown.status, 0, `line ${block.line}: ${block.text}${shown.text}`);
    return shown;
  } else {
    const missing = block.text.split("\n").filter((line) => line.trim() !== "" && !isShown(line, last.text));
    assert.deepEqual(missing, [], `line ${block.line}: not shown in\n${last.text}`);
  }
  return last;
}

function backtest(): z.infer<typeof report> {
  const { status, text } = copy.run(
    "npm run -s sandpit -- backtest --generated 20 --config imbalance.json --json",
  );
  assert.equal(status, 0, text);
  return report.parse(JSON.parse(text.split("\n").find((line) => line.startsWith("{")) ?? ""));
}

test("the page's steps, carried out from nothing, end with plugins that trade, are limited, and replay", () => {
  const kinds = blocks.map(({ kind }) => kind);
  assert.ok(kinds.filter((kind) => kind === "run").length >= 4, "the page has commands");
  assert.ok(kinds.filter((kind) => kind === "file").length >= 9, "the page has files");
  let last: Shown = { status: 0, text: "" };
  for (const block of blocks) last = carryOut(block, last);
  const { orders, denials, pnlByAgent, replay } = backtest();
  assert.ok(orders > 0, "the agent sent orders");
  assert.ok((denials["RULE_DENIED_1"] ?? 0) > 0, "the rule denied some");
  assert.deepEqual(Object.keys(pnlByAgent), ["imbalance-taker"]);
  assert.ok(replay.isEqual && replay.intents >= orders, "every order was made again");
});

test(`the first agent has at most ${AGENT_LINES_MAX} lines`, () => {
  const agent = blocks.find(({ path }) => path === "plugins/agents/imbalance-taker/index.ts");
  assert.ok(agent !== undefined && agent.text.trimEnd().split("\n").length <= AGENT_LINES_MAX);
});

test("the limits that the page names are the host's", () => {
  const numberOf = (key: string): string =>
    new RegExp(`\`limits.${key}\`[^\\n]*?at most ([\\d,]+)`).exec(page)?.[1]?.replaceAll(",", "") ?? "none";
  const { gasBase, gasPerByte, initGas, callDepth, pages } = kindLimits("agent");
  const named = ["gasBase", "gasPerByte", "initGas", "callDepth", "pages"].map((key) =>
    Number(numberOf(key)),
  );
  assert.deepEqual(named, [gasBase, gasPerByte, initGas, callDepth, pages]);
  assert.match(page, new RegExp(`a venue's ${kindLimits("venue").gasPerByte}`));
});
