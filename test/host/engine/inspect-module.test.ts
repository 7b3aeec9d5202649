import assert from "node:assert/strict";
import { test } from "node:test";
import { inspectModule } from "../../../host/engine/index.ts";
import { buildModule, I32, importBytes, pluginParts } from "./module-builder.ts";
import { compilePlugin, sampleManifest, withCustomSection } from "./sample-module.ts";

test("a plugin is described with its manifest", async () => {
  const bytes = await compilePlugin(
    "export function handle(t: i32, n: i32): i32 { memory.fill(70000, 0, n); return 0; }",
  );
  const report = inspectModule(bytes);
  assert.equal(report.sizeBytes, bytes.length);
  assert.match(report.sha256, /^[0-9a-f]{64}$/);
  assert.equal(report.manifest?.name, "sample");
  assert.equal(report.manifestError, null);
  assert.deepEqual(report.imports, [
    { name: "env.memory", kind: "memory", memory: { min: 4, max: 4, shared: false } },
  ]);
  assert.deepEqual(
    report.exports.map((entry) => [entry.name, entry.type]),
    [
      ["handle", "(i32, i32) -> (i32)"],
      ["init", "() -> ()"],
    ],
  );
  assert.ok(report.usesBulkMemory && !report.usesSimd && !report.hasStart);
  assert.ok(report.instructions > 0);
  const last = report.sections.at(-1);
  assert.equal((last?.offset ?? 0) + (last?.sizeBytes ?? 0), bytes.length);
});

test("what no loader would take is described all the same, with escaped names", () => {
  const parts = pluginParts([0xfd, 12, ...new Array<number>(16).fill(0), 0xfd, 21, 0, 0x0b], {
    imports: [importBytes("\u001b", "f", [0, 0])],
    table: [0x70, 0, 3],
    data: [[1, 2, 0, 0]],
    exports: [
      ["memory", 2, 0],
      ["\n", 0, 1],
    ],
    start: 0,
  });
  const report = inspectModule(withCustomSection(buildModule(parts), "\u0007", ""));
  assert.ok(report.usesSimd && report.hasStart);
  assert.deepEqual([report.tableEntries, report.dataBytes, report.manifest], [3, 2, null]);
  assert.deepEqual(report.imports[0], { name: "\\u001b.f", kind: "function", memory: null });
  assert.deepEqual(report.exports[0], { name: "memory", kind: "memory", type: null });
  assert.deepEqual(report.exports[1], { name: "\\u000a", kind: "function", type: null });
  assert.equal(report.sections.at(-1)?.name, "\\u0007");
  assert.match(report.manifestError ?? "", /0 sections/);
});

test("a refused manifest is reported with its reason", () => {
  const bytes = buildModule({ types: [[[I32], []]] });
  const wrong = withCustomSection(bytes, "sandpit.manifest", JSON.stringify({ ...sampleManifest(), abi: 7 }));
  assert.match(inspectModule(wrong).manifestError ?? "", /abi/);
});
