import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { test } from "node:test";

const root = join(import.meta.dirname, "../../../..");
const IMPORT = /^(?:import|export)\s[^;]*?from\s+"([^"]+)"/gms;

/** The files that are loaded with a file, by their paths from the root. */
function reachedFrom(entry: string): ReadonlyMap<string, string> {
  const texts = new Map<string, string>();
  const waiting = [entry];
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    if (texts.has(path)) continue;
    const text = readFileSync(join(root, path), "utf8");
    texts.set(path, text);
    for (const [statement, specifier = ""] of text.matchAll(IMPORT))
      if (specifier.startsWith(".") && !/^(import|export) type/.test(statement))
        waiting.push(relative(root, join(root, dirname(path), specifier)));
  }
  return texts;
}

test("[P24] the trading process loads no code that reads a venue's key or signs for a venue", () => {
  for (const entry of ["host/main.ts", "host/execution/signer/index.ts", "cli/live/live-host.ts"]) {
    const reached = reachedFrom(entry);
    assert.ok(reached.size > 10, entry);
    for (const [path, text] of reached) {
      assert.ok(!path.startsWith("host/execution/signer/process/"), `${entry} loads ${path}`);
      assert.ok(!path.startsWith("host/platform/secrets/"), `${entry} loads ${path}`);
      assert.doesNotMatch(
        text,
        /\bcreatePrivateKey\b|\bfrom "jose"|import \{[^}]*\bsign\b[^}]*\} from "node:crypto"/,
        path,
      );
    }
  }
  assert.ok(
    reachedFrom("host/execution/signer/process/signer-program.ts").has(
      "host/platform/secrets/secret-file.ts",
    ),
  );
});
