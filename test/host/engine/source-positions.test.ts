import assert from "node:assert/strict";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { HEADER_BYTES, Quote } from "../../../abi/host/index.ts";
import { FaultCode, keepSourceMap, loadModule, MemoryPool, PluginSlot } from "../../../host/engine/index.ts";
import type { PluginFault, SourceMapFile } from "../../../host/engine/index.ts";
import { readModule } from "../../../host/engine/wasm/module-reader.ts";
import { compilePlugin } from "../../../tools/plugin-build/compile.ts";
import { withCustomSection } from "../../../tools/plugin-build/custom-section.ts";
import { fromRoot, projectRoot, readPluginSource } from "../../../tools/plugin-build/plugin-source.ts";

/**
 * A plugin with a deliberate trap on each line that ends in a comment of its name; the inbox's bidSize picks one. What the optimiser would
 * fold away at compile time hangs on the quote.
 */
const source = `import { Feature, Quote, registerFeature } from "abi/assembly";

class Node {
  next: Node | null = null;
}

class Level {
  constructor(public size: i64) {}

  /** Inlined by the optimiser. */
  share(whole: i64): i64 {
    return whole / this.size; // in an inlined method
  }
}

function sum(count: i64): i64 {
  let total: i64 = 0;
  for (let index: i64 = 0; index < count; index++) {
    total += 100 / (5 - index); // in a loop
  }
  return total;
}

function descend(depth: i64): i64 {
  if (depth == 0) {
    unreachable(); // in a recursion
  }
  return descend(depth - 1) * 3 + depth;
}

namespace Prices {
  export function nested(price: i64): i64 {
    const inner = (value: i64): i64 => {
      return load<i64>(<usize>value); // in a function within a function
    };
    return inner(price) + 1;
  }
}

function spin(): void {
  let rounds = 0;
  while (true) { // out of gas
    store<i32>(100000, ++rounds);
  }
}

class Trapper extends Feature {
  private levels: StaticArray<i64> = new StaticArray<i64>(3);

  onQuote(quote: Quote): void {
    const value = quote.bidPrice;
    switch (<i32>quote.bidSize) {
      case 1:
        unreachable(); // unreachable
        break;
      case 2:
        this.tell(100 % value); // remainder by zero
        break;
      case 3:
        this.tell(load<i64>(<usize>(value + 0x7fff0000))); // out of bounds
        break;
      case 4:
        this.tell(sum(value + 8));
        break;
      case 5:
        this.tell(descend(value + 4));
        break;
      case 6:
        this.tell(Prices.nested(value + 0x7fff0000));
        break;
      case 7:
        this.tell(new Level(value).share(7));
        break;
      case 8:
        spin();
        break;
      case 9:
        this.tell(this.levels[<i32>value + 3]); // a library's abort
        break;
      case 10:
        assert(value > 0, "must be positive"); // an abort of its own
        break;
      case 11:
        this.tell(<i64>(<f64>value / 0)); // a float that is no integer
        break;
      case 12:
        this.tell(forever(value)); // too deep
        break;
    }
  }

  private tell(value: i64): void {
    this.publish(1, 0, <f64>value);
  }
}

function forever(value: i64): i64 {
  return forever(value + 1) * 3 + value; // the deep call
}

registerFeature(new Trapper());
`;

const manifest = {
  name: "trapper",
  kind: "feature",
  version: "1.0.0",
  abi: 1,
  description: "traps where it is told to",
  reads: ["Quote"],
  writes: ["FeatureUpdate"],
  outputs: ["first"],
  limits: { gasBase: 20_000, gasPerByte: 8, initGas: 1_000_000, callDepth: 32, pages: 4, outputs: 1 },
};

const folder = join(projectRoot, "build", "test-plugins", `trapper-${process.pid}`, "trapper");
const path = fromRoot(join(folder, "index.ts"));
const pool = new MemoryPool();
let wasm: Uint8Array;
let sourceMap: string;

before(async () => {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "index.ts"), source);
  writeFileSync(join(folder, "manifest.json"), JSON.stringify(manifest));
  ({ wasm, sourceMap } = await compilePlugin(readPluginSource(folder)));
});

after(() => {
  rmSync(join(folder, ".."), { recursive: true, force: true });
});

/** The fault of a quote with this bidSize, by a fresh instance. */
function faultOf(pick: number, bytes = wasm): PluginFault {
  const slot = new PluginSlot("trapper", "feature");
  const plugin = loadModule(bytes).instantiate(pool);
  slot.install(plugin);
  const view = new DataView(slot.u8.buffer, slot.inboxOffset);
  view.setBigInt64(HEADER_BYTES + Quote.bidSize, BigInt(pick), true);
  slot.invoke(Quote.templateId, HEADER_BYTES + Quote.blockLength);
  const fault = slot.lastFault;
  slot.uninstall();
  plugin.dispose();
  assert.ok(fault !== null, `no fault for ${pick}`);
  return fault;
}

function lineOf(comment: string): number {
  const index = source.split("\n").findIndex((line) => line.endsWith(`// ${comment}`));
  assert.ok(index >= 0, comment);
  return index + 1;
}

test("without its source map a trap is told by the byte of the module", () => {
  const fault = faultOf(1);
  assert.match(fault.reason, /^unreachable at wasm offset 0x[0-9a-f]+$/);
  assert.equal(fault.at, `wasm offset 0x${fault.offsetBytes?.toString(16)}`);
});

/** Pick, comment of its line, function, reason. */
const traps: readonly (readonly [number, string, string, string])[] = [
  [1, "unreachable", "Trapper.onQuote", "unreachable"],
  [2, "remainder by zero", "Trapper.onQuote", "integer division by zero"],
  [3, "out of bounds", "Trapper.onQuote", "memory access out of bounds"],
  [4, "in a loop", "sum", "integer division by zero"],
  [5, "in a recursion", "descend", "unreachable"],
  [6, "in a function within a function", "Prices.nested", "memory access out of bounds"],
  [7, "in an inlined method", "Level.share", "integer division by zero"],
  [8, "out of gas", "spin", "out of gas"],
  [11, "a float that is no integer", "Trapper.onQuote", "float not representable as an integer"],
  [12, "the deep call", "forever", "calls nested too deep"],
];

for (const [pick, comment, name, reason] of traps) {
  test(`[P13] a trap is told with the file, line and function of its source: ${comment}`, () => {
    assert.ok(keepSourceMap(sourceMap));
    const fault = faultOf(pick);
    const place = new RegExp(`^${path}:(\\d+):\\d+ in (.+)$`).exec(fault.at ?? "");
    assert.ok(place !== null, fault.at ?? "no place");
    assert.equal(place[2], name);
    const line = Number(place[1]);
    // A loop runs out of gas at its head or at the first instruction inside it.
    if (pick === 8) assert.ok(line === lineOf(comment) || line === lineOf(comment) + 1, fault.at ?? "");
    else assert.equal(line, lineOf(comment));
    assert.equal(fault.reason, `${reason} at ${fault.at}`);
  });
}

test("an abort tells its place itself, and one of a library also the plugin's own", () => {
  keepSourceMap(sourceMap);
  const own = faultOf(10);
  assert.equal(own.code, FaultCode.TRAP);
  assert.match(
    own.reason,
    new RegExp(`^abort: must be positive at ${path}:${lineOf("an abort of its own")}:\\d+$`),
  );
  assert.ok(own.at?.endsWith(" in Trapper.onQuote"), own.at ?? "");
  const library = faultOf(9);
  const near = `, near ${path}:${lineOf("a library's abort")}:`;
  assert.match(library.reason, /^abort: Index out of range at ~lib\/staticarray\.ts:\d+:\d+, near /);
  assert.ok(library.reason.includes(near) && library.at?.includes(near) === true, library.reason);
});

test("the place is right in a module that was signed after its map was written", () => {
  keepSourceMap(sourceMap);
  const section = withCustomSection(new Uint8Array(), "signature", "x".repeat(100));
  const signed = Buffer.concat([wasm.subarray(0, 8), section, wasm.subarray(8)]);
  assert.equal(faultOf(4, signed).at, faultOf(4).at);
  assert.notEqual(faultOf(4, signed).offsetBytes, faultOf(4).offsetBytes);
});

/** A map of other code: the last two digits of its hash count up. */
function foreignMap(number: number): string {
  const whole = JSON.parse(sourceMap) as SourceMapFile;
  const codeSha256 = number.toString(16).padStart(64, "0");
  return JSON.stringify({ ...whole, x_sandpit: { ...whole.x_sandpit, codeSha256 } });
}

test("a map of other code is not used, and maps in keeping have a cap: the oldest goes", () => {
  keepSourceMap(sourceMap);
  for (let number = 0; number < 255; number++) assert.ok(keepSourceMap(foreignMap(number)));
  assert.match(faultOf(1).at ?? "", /index\.ts/);
  assert.ok(keepSourceMap(foreignMap(255)));
  assert.match(faultOf(1).at ?? "", /^wasm offset/);
});

/** One field of a mapping: five bits a digit, the sign in the lowest. */
function vlq(value: number): string {
  const digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  let rest = value < 0 ? -value * 2 + 1 : value * 2;
  let text = "";
  for (; rest >= 32; rest = Math.floor(rest / 32)) text += digits.charAt((rest % 32) + 32);
  return text + digits.charAt(rest);
}

test("an instruction without a line is told by the last one before it in its function, and no other", () => {
  const whole = JSON.parse(sourceMap) as SourceMapFile;
  const offset = faultOf(1).offsetBytes ?? 0;
  const body = readModule(wasm).bodies.find(
    ({ codeOffset, endOffset }) => codeOffset <= offset && offset < endOffset,
  );
  assert.ok(body !== undefined && body.codeOffset < offset);
  const sourceIndex = whole.sources.indexOf(path);
  const line = lineOf("unreachable");
  const mapped = (start: number): string =>
    `${vlq(start)}${vlq(sourceIndex)}${vlq(line - 1)}${vlq(4)},${vlq(offset - start)};`;
  keepSourceMap(JSON.stringify({ ...whole, mappings: mapped(body.codeOffset) }));
  const near = faultOf(1);
  assert.equal(near.at, `near ${path}:${line}:5 in Trapper.onQuote`);
  assert.equal(near.reason, `unreachable ${near.at}`);
  keepSourceMap(JSON.stringify({ ...whole, mappings: mapped(body.codeOffset - 1) }));
  assert.match(faultOf(1).at ?? "", /^wasm offset/);
});

test("a map whose lines lead nowhere gives the byte, or a place without a function", () => {
  const whole = JSON.parse(sourceMap) as SourceMapFile;
  assert.ok(keepSourceMap(JSON.stringify({ ...whole, mappings: "" })));
  assert.match(faultOf(1).at ?? "", /^wasm offset/);
  assert.ok(keepSourceMap(JSON.stringify({ ...whole, mappings: "!!!;,A" })));
  assert.equal(faultOf(1).code, FaultCode.TRAP);
  assert.ok(keepSourceMap(JSON.stringify({ ...whole, sources: whole.sources.map(() => "\u001b[2J") })));
  assert.match(faultOf(1).at ?? "", /^\\u001b\[2J:\d+:\d+$/);
  assert.ok(keepSourceMap(JSON.stringify({ ...whole, sources: [] })));
  assert.match(faultOf(1).at ?? "", /^wasm offset/);
});

test("[P21] what is no map of the plugin build is not kept, and harms nothing", () => {
  const whole = JSON.parse(sourceMap) as SourceMapFile;
  for (const text of [
    "",
    "{",
    "null",
    "[]",
    JSON.stringify({ ...whole, version: 2 }),
    JSON.stringify({ ...whole, x_sandpit: undefined }),
    JSON.stringify({ ...whole, x_sandpit: { ...whole.x_sandpit, codeSha256: "no hash" } }),
    JSON.stringify({ ...whole, x_sandpit: { ...whole.x_sandpit, codeOffset: -1 } }),
    " ".repeat(16_777_217),
  ])
    assert.equal(keepSourceMap(text), false);
});
