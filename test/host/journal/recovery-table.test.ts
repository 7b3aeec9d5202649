import assert from "node:assert/strict";
import { test } from "node:test";
import type { Finding } from "../../../host/journal/index.ts";
import { RECOVERY_TABLE } from "../../../host/journal/index.ts";
import { decideRecovery } from "../../../host/journal/recovery-table.ts";

const FINDINGS: readonly Finding[] = ["END", "MISSING", "DAMAGED", "DUPLICATE", "GAP", "FOREIGN", "NEWER"];

test("the recovery table has exactly one row for every input", () => {
  assert.equal(RECOVERY_TABLE.length, FINDINGS.length * 2);
  for (const finding of FINDINGS) {
    for (const wasSynced of [false, true]) {
      const rows = RECOVERY_TABLE.filter(
        (entry) => entry.finding === finding && entry.wasSynced === wasSynced,
      );
      assert.deepEqual(rows, [decideRecovery(finding, wasSynced)]);
    }
  }
});

test("only unsynced tails are cut, and only whole journals and cut tails start [J2] [J4]", () => {
  for (const { finding, wasSynced, verdict, act } of RECOVERY_TABLE) {
    if (act === "START") assert.deepEqual([finding, wasSynced, verdict], ["END", false, "CLEAN"]);
    else if (act === "TRUNCATE") assert.deepEqual([wasSynced, verdict], [false, "TORN_TAIL"]);
    else assert.ok(verdict !== "CLEAN" && verdict !== "TORN_TAIL");
  }
});

test("an input that the table does not know is an error, never a start", () => {
  assert.throws(() => decideRecovery("OTHER" as Finding, false), /no row for OTHER/);
});
