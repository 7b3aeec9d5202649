import { readFileSync, writeFileSync } from "node:fs";
import { emitAssembly } from "./schema/emit-assembly.ts";
import { emitDocs } from "./schema/emit-docs.ts";
import { emitHost } from "./schema/emit-host.ts";
import { parseSchema } from "./schema/parse.ts";

const root = new URL("../", import.meta.url);

/** What the schema generates, by path from the project's root. A test compares it with what is committed. */
export function generate(): ReadonlyMap<string, string> {
  const schema = parseSchema(readFileSync(new URL("abi/sandpit.xml", root), "utf8"));
  return new Map([
    ["abi/assembly/records.ts", emitAssembly(schema)],
    ["abi/host/records.ts", emitHost(schema)],
    ["docs/abi.md", emitDocs(schema)],
  ]);
}

if (import.meta.main) {
  for (const [path, text] of generate()) {
    writeFileSync(new URL(path, root), text);
    process.stdout.write(`generated ${path}\n`);
  }
}
