import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { z } from "zod";
import { shapeKeys } from "./shape-keys.ts";

const root = new URL("../../", import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, root), "utf8");
const page = read("docs/operations.md");

test("the page lists every metric that the host has, and no other", () => {
  const listed = [...page.matchAll(/^\| (`sandpit_[^|]+) \|/gm)].flatMap(([, cell = ""]) =>
    [...cell.matchAll(/`(sandpit_\w+)`/g)].map(([, name]) => name ?? ""),
  );
  const sources = ["metrics.ts", "reconcile-metrics.ts"].map((file) => read(`host/control/${file}`)).join("");
  const exported = [...sources.matchAll(/"(sandpit_\w+)"/g)].map(([, name]) => name ?? "");
  assert.ok(exported.length > 40);
  assert.deepEqual([...listed].sort(), [...exported].sort());
});

test("the page says of every metric of reconciliation when to be alarmed, and what to do", () => {
  const table = page.slice(page.indexOf("### Alerts of reconciliation"), page.indexOf("## Control API"));
  const names = [...read("host/control/reconcile-metrics.ts").matchAll(/"(sandpit_\w+)"/g)].map(
    ([, name]) => name ?? "",
  );
  assert.deepEqual(
    names.filter((name) => !table.includes(name)),
    [],
  );
});

test("the page's answer of /healthz has the members of a Health", () => {
  const example = /```json\n(\{\n {2}"status"[\s\S]*?)```/.exec(page)?.[1] ?? "";
  const members = Object.keys(z.record(z.string(), z.unknown()).parse(JSON.parse(example)));
  const health = shapeKeys(read("host/control/health.ts"), "Health").map((key) => key.split(".")[0] ?? "");
  assert.deepEqual(members.sort(), [...new Set(health)].sort());
});

test("the page names every verdict of the journal's recovery that forbids a start", () => {
  const halting = [
    ...read("host/journal/recovery-table.ts").matchAll(/"([A-Z_]+)", +"(?:HALT|REFUSE)"/g),
  ].map(([, verdict]) => verdict ?? "");
  assert.ok(halting.length > 5);
  for (const verdict of new Set(halting)) assert.ok(page.includes(`\`${verdict}\``), verdict);
});
