import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { IntentRefusal } from "../../../../host/execution/orders/index.ts";
import { DENIAL_CODES, DenialCode, denialName } from "../../../../host/execution/risk/index.ts";

test("every code is used once and fits the column of counters", () => {
  const codes = Object.values(DenialCode);
  assert.equal(new Set(codes).size, codes.length);
  assert.ok(codes.every((code) => code > 0 && code < 1000 && code < DENIAL_CODES));
});

test("the order table's refusals are the first codes of the list", () => {
  const listed = new Map<string, number>(Object.entries(DenialCode));
  for (const [name, code] of Object.entries(IntentRefusal)) assert.equal(listed.get(name), code);
});

test("the documentation lists exactly these codes", () => {
  const text = readFileSync(new URL("../../../../docs/risk-controls.md", import.meta.url), "utf8");
  const rows = [...text.matchAll(/^\| (\d+) \| `([A-Z_]+)` \|/gm)].map(([, code, name]) => [
    name,
    Number(code),
  ]);
  assert.deepEqual(rows, Object.entries(DenialCode));
});

test("codes have names for people", () => {
  assert.equal(denialName(31), "ORDER_NOTIONAL_LIMIT");
  assert.equal(denialName(1017), "RULE_DENIED_17");
  assert.equal(denialName(999), "UNLISTED_999");
});
