import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { engineErrorCodes, parseManifest, parsePublicKey } from "../../host/engine/index.ts";
import { sampleManifest } from "../host/engine/sample-module.ts";
import { isShown, pageBlocks } from "./page-blocks.ts";
import { RepositoryCopy } from "./repository-copy.ts";

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");
const operations = read("docs/operations.md");
const security = read("docs/security.md");
const section = /^## Signed plugins$[\s\S]*?(?=^## )/m.exec(operations)?.[0] ?? "";

let copy: RepositoryCopy;

before(() => {
  copy = new RepositoryCopy();
});

after(() => {
  copy.remove();
});

/** The keyring as the reader has it after he has put in the keys that were made. */
function withKeys(text: string): string {
  return text.replaceAll(/<(\w+)>/g, (_, owner: string) => {
    const { bytes } = parsePublicKey(copy.read(`keys/${owner}.pub`));
    return Buffer.concat([Buffer.of(1), bytes]).toString("hex");
  });
}

test("the page's way from a key to a verified module, carried out, ends as the page says", () => {
  const blocks = pageBlocks(section);
  assert.ok(blocks.filter(({ kind }) => kind === "run").length >= 2);
  let shown = "";
  let outputs = 0;
  for (const { kind, path, text, line } of blocks) {
    if (kind === "file") copy.write(path, withKeys(text));
    else if (kind === "run") {
      // One command after the other: the shell would go on after one that failed.
      const outcome = copy.run(`set -e\n${text}`);
      assert.equal(outcome.status, 0, `line ${line}: ${outcome.text}`);
      shown = outcome.text;
    } else {
      outputs += 1;
      const missing = text
        .split("\n")
        .filter((documented) => documented !== "" && !isShown(documented, shown));
      assert.deepEqual(missing, [], `not shown in\n${shown}`);
    }
  }
  assert.ok(outputs > 0);
});

test("the page's manifest members are what a manifest takes", () => {
  const text = /under the signature:\s+```json\n([\s\S]*?)```/.exec(section)?.[1] ?? "";
  const members = JSON.parse(text) as Record<string, unknown>;
  const manifest = parseManifest(Buffer.from(JSON.stringify(sampleManifest(members))));
  assert.deepEqual(manifest.state, { version: 2, restores: [1, 2] });
  for (const name of Object.keys(members)) assert.ok(security.includes(`\`${name}\``), name);
});

test("docs/security.md lists every refusal of a signature, and no other", () => {
  const listed = [...security.matchAll(/^\| `(SANDPIT_SIGNATURE_\w+)` \|/gm)].map(([, code]) => code ?? "");
  const known = engineErrorCodes.filter((code) => code.startsWith("SANDPIT_SIGNATURE_"));
  assert.deepEqual([...listed].sort(), [...known].sort());
});
