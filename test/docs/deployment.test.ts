import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { pluginRefusalCodes } from "../../host/control/api/plugin-operations.ts";
import { isShown, pageBlocks } from "./page-blocks.ts";
import { RepositoryCopy } from "./repository-copy.ts";

const page = readFileSync(new URL("../../docs/operations.md", import.meta.url), "utf8");
const section = /^## Changing plugins while the host runs$[\s\S]*?(?=^## )/m.exec(page)?.[0] ?? "";
const STARTED_MAX_MS = 60_000;

let copy: RepositoryCopy;
let host: ChildProcess;

before(async () => {
  copy = new RepositoryCopy();
  const program = join(copy.root, "cli/main.ts");
  host = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", program, "start", "--no-view"], {
    cwd: copy.root,
    stdio: "ignore",
  });
  const address = join(copy.root, "journal", "control-address");
  for (const endMs = Date.now() + STARTED_MAX_MS; !existsSync(address) && Date.now() < endMs;)
    await new Promise((resolve) => setTimeout(resolve, 50));
  assert.ok(existsSync(address), "the host has started");
});

after(async () => {
  const ended = new Promise((resolve) => host.once("exit", resolve));
  if (host.exitCode === null && host.kill("SIGTERM")) await ended;
  copy.remove();
});

test(
  "the page's way from a new version to a promoted one and back, carried out on a running host, ends as the page says",
  { skip: process.platform === "win32" },
  () => {
    const blocks = pageBlocks(section);
    assert.ok(blocks.filter(({ kind }) => kind === "run").length >= 6);
    let shown = "";
    for (const { kind, path, text, line } of blocks) {
      if (kind === "merge")
        copy.write(path, JSON.stringify({ ...JSON.parse(copy.read(path)), ...JSON.parse(text) }));
      else if (kind === "run") {
        // One command after the other: the shell would go on after one that failed.
        const outcome = copy.run(`set -e\n${text}`);
        assert.equal(outcome.status, 0, `line ${line}: ${outcome.text}`);
        shown = outcome.text;
      } else {
        const wanted = text.split("\n").filter((documented) => documented !== "");
        const missing = wanted.filter((documented) => !isShown(documented, shown));
        assert.deepEqual(missing, [], `not shown in\n${shown}`);
      }
    }
  },
);

test("the page lists every refusal of a change, and no other", () => {
  const listed = [...section.matchAll(/^\| `(SANDPIT_\w+)` \|/gm)].map(([, code]) => code ?? "");
  const known = pluginRefusalCodes.filter((code) => code !== "SANDPIT_API_NOT_AVAILABLE");
  assert.deepEqual([...listed].sort(), [...known].sort());
});
