import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import asc from "assemblyscript/asc";
import * as host from "../../../abi/host/index.ts";
import type { RecordName } from "../../../abi/host/index.ts";
import { projectRoot } from "../../../tools/plugin-build/plugin-source.ts";

interface Place {
  /** For messages: `Quote.bidPrice`. */
  readonly title: string;
  /** An AssemblyScript expression that gives the compiler's number. */
  readonly expression: string;
  readonly offset: number;
}

/** Every field of every record, as the host places it, and the block lengths with it. */
function places(): Place[] {
  return Object.entries(host.recordLayouts).flatMap(([name, layout]) => {
    const record = host[name as RecordName] as unknown as Readonly<
      Record<string, number | Readonly<Record<string, number>>>
    >;
    const groups = [...layout.matchAll(/(\w+)\{([^}]*)\}/g)];
    const own = layout.replace(/ \w+\{[^}]*\}/g, "");
    return [
      ...placesOf(name, own, record as Readonly<Record<string, number>>),
      {
        title: `${name}.templateId`,
        expression: `${name}.TEMPLATE_ID`,
        offset: Number(record["templateId"]),
      },
      ...groups.flatMap(([, group = "", fields = ""]) => {
        const entry = record[group];
        assert.ok(typeof entry === "object");
        return placesOf(`${name}${group.slice(0, 1).toUpperCase()}${group.slice(1)}`, fields, entry);
      }),
    ];
  });
}

function placesOf(className: string, layout: string, record: Readonly<Record<string, number>>): Place[] {
  const fields = [...layout.matchAll(/(\w+):\w+(\[\d+\])?@(\d+)/g)].map(([, field = "", array, offset]) => {
    assert.equal(record[field], Number(offset), `${className}.${field}`);
    const first = array === undefined ? field : `${field}0`;
    return {
      title: `${className}.${field}`,
      expression: `offsetof<${className}>("${first}")`,
      offset: Number(offset),
    };
  });
  const blockLength = record["blockLength"] ?? -1;
  return [
    ...fields,
    { title: `${className} whole`, expression: `offsetof<${className}>()`, offset: blockLength },
    { title: `${className}.blockLength`, expression: `${className}.BLOCK_LENGTH`, offset: blockLength },
  ];
}

/** Compiles a function that answers by number what the compiler makes of each expression. */
async function measured(expressions: readonly string[]): Promise<(index: number) => number> {
  const cases = expressions.map((expression, index) => `    case ${index}: return <u32>${expression};`);
  const source = `${classNames(expressions)}\nexport function at(index: u32): u32 {\n  switch (index) {\n${cases.join("\n")}\n    default: return 0xffff_ffff;\n  }\n}\n`;
  const outputs: Uint8Array<ArrayBuffer>[] = [];
  const { error, stderr } = await asc.main(
    ["entry.ts", "--outFile", "out.wasm", "--runtime", "stub", "--path", "."],
    {
      readFile: (name: string) => {
        if (name === "entry.ts") return source;
        return name.endsWith("abi/assembly/records.ts")
          ? readFileSync(join(projectRoot, "abi/assembly/records.ts"), "utf8")
          : null;
      },
      writeFile: (_name: string, contents: Uint8Array | string) => {
        if (typeof contents !== "string") outputs.push(new Uint8Array(contents));
      },
      listFiles: () => [],
    },
  );
  const [wasm] = outputs;
  assert.ok(error === null && wasm !== undefined, stderr.toString());
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(wasm), {
    env: { abort: () => undefined },
  });
  return exports["at"] as (index: number) => number;
}

function classNames(expressions: readonly string[]): string {
  const names = new Set(expressions.flatMap((expression) => /\w+(?=>)|^\w+(?=\.)/.exec(expression) ?? []));
  return `import { ${[...names].join(", ")} } from "abi/assembly/records";`;
}

test("every field of every record lies where the host reads it, by the plugins' own compiler", async () => {
  const all = places();
  assert.ok(all.length > 200, `${all.length} places`);
  const at = await measured(all.map(({ expression }) => expression));
  all.forEach(({ title, offset }, index) => assert.equal(at(index), offset, title));
});
