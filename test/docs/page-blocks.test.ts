import assert from "node:assert/strict";
import { test } from "node:test";
import { isShown, pageBlocks } from "./page-blocks.ts";

test("blocks that are marked are found in order, with path and line, and others left alone", () => {
  const page =
    "# Title\n\n```json file=a/b.json\n{}\n```\n\n```ts\nnot this\n```\n\n```sh run\nls\n```\n```text output\nb.json\n```\n";
  assert.deepEqual(pageBlocks(page), [
    { kind: "file", path: "a/b.json", text: "{}\n", line: 3 },
    { kind: "run", path: "", text: "ls\n", line: 11 },
    { kind: "output", path: "", text: "b.json\n", line: 14 },
  ]);
});

test("a documented line is found whatever stands for its dots, and only as a whole line", () => {
  const shown = "orders          38 sent, 0 cancels (of 40)\nreplay          equal: 3,630 inputs\n";
  assert.ok(isShown("orders … sent, … cancels (of …)", shown));
  assert.ok(isShown("replay  equal: … inputs", shown));
  assert.ok(!isShown("replay  DIFFERENT: … inputs", shown));
  assert.ok(!isShown("sent, 0 cancels", shown));
});
