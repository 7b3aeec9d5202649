import assert from "node:assert/strict";
import { test } from "node:test";
import { layoutMismatches, recordLayouts } from "../../../abi/host/index.ts";

test("the host's own layouts fit the host", () => {
  assert.deepEqual(layoutMismatches(recordLayouts), []);
});

test("[P19] the beginning of a record's layout fits, cut at any field; no other change does", () => {
  for (const [name, layout] of Object.entries(recordLayouts)) {
    const parts = layout.split(" ");
    for (let count = 1; count < parts.length; count++) {
      const shorter = parts.slice(0, count).join(" ");
      // A cut within a group's braces is no layout of any record.
      if ((shorter.match(/\{/g)?.length ?? 0) !== (shorter.match(/\}/g)?.length ?? 0)) continue;
      assert.deepEqual(layoutMismatches({ [name]: shorter }), [], shorter);
    }
    for (const changed of [
      `${layout} more:int64@999`,
      layout.slice(0, -1),
      `${layout} `,
      `x${layout}`,
      "",
      "#",
    ])
      assert.deepEqual(
        layoutMismatches({ [name]: changed }).map(({ record }) => record),
        [name],
        changed,
      );
    const swapped = layout.replace(/@(\d+) (\w+):/, "@$1 other$2:");
    if (swapped !== layout) assert.equal(layoutMismatches({ [name]: swapped }).length, 1);
  }
});

test("each mismatch is named with the field on both sides, others are not", () => {
  const moved = recordLayouts.Timer.replace("@0", "@8");
  assert.deepEqual(
    layoutMismatches({ Timer: moved, Quote: recordLayouts.Quote, Nothing: "#1", toString: "#1" }),
    [
      { record: "Timer", reason: 'built with "timeNs:int64@8" where this host has "timeNs:int64@0"' },
      { record: "Nothing", reason: "this host knows no such record" },
      { record: "toString", reason: "this host knows no such record" },
    ],
  );
  assert.deepEqual(layoutMismatches({ Timer: null }), [
    { record: "Timer", reason: "its layout is not a text" },
  ]);
});
