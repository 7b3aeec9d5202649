import { wasmLimits } from "../../host/engine/index.ts";
import { ByteWriter } from "../../host/engine/wasm/byte-writer.ts";
import { I32 } from "../host/engine/module-builder.ts";
import { withCustomSection } from "../host/engine/sample-module.ts";
import { signedBy } from "../support/signing-desk.ts";
import { keysFor, plugin, requestOf, signedPlugin } from "./hostile-desk.ts";
import type { PluginOptions } from "./hostile-desk.ts";
import type { HostileCase } from "./hostile-case.ts";
import { END, i32, returnsZero } from "./plugin-code.ts";

const good = plugin();
const sizes = wasmLimits;

function parseCase(
  name: string,
  fault: string,
  code: HostileCase["code"],
  bytes: () => Uint8Array,
): HostileCase {
  return { name, fault, step: "parse", code, request: () => requestOf(bytes()) };
}

function limit(name: string, options: () => PluginOptions, fault = "P5"): HostileCase {
  return parseCase(name, fault, "SANDPIT_ENGINE_LIMIT_EXCEEDED", () => signedPlugin(options()));
}

function feature(name: string, fault: string, ...code: readonly number[]): HostileCase {
  return parseCase(name, fault, "SANDPIT_ENGINE_FEATURE_REFUSED", () =>
    signedPlugin({ handle: [...code, ...returnsZero] }),
  );
}

function malformed(name: string, fault: string, bytes: () => Uint8Array): HostileCase {
  return parseCase(name, fault, "SANDPIT_ENGINE_MODULE_MALFORMED", bytes);
}

/** Puts a section, id and payload, at the end. */
function withSection(bytes: Uint8Array, id: number, payload: readonly number[]): Uint8Array {
  const out = new ByteWriter();
  out.raw(bytes);
  out.byte(id);
  out.u32(payload.length);
  out.raw(Uint8Array.from(payload));
  return out.toBytes();
}

/** A vector's count that claims more than there is. */
const CLAIMED = [0xff, 0xff, 0xff, 0xff, 0x0f];
const header = good.subarray(0, 8);

/** Modules that choke a reader. */
export const structureCases: readonly HostileCase[] = [
  {
    name: "a file above the size cap",
    fault: "P5",
    step: "size",
    code: "SANDPIT_ENGINE_MODULE_TOO_LARGE",
    request: () => requestOf(new Uint8Array(sizes.moduleBytes + 1)),
  },
  malformed("nothing at all", "P5", () => new Uint8Array(0)),
  malformed("a text", "P5", () => new TextEncoder().encode("export function handle(): i32 { return 0; }")),
  malformed("a component instead of a module", "P5", () =>
    Uint8Array.of(0, 0x61, 0x73, 0x6d, 0x0d, 0, 1, 0, ...good.subarray(8)),
  ),
  malformed("a module cut in the middle", "P5", () => good.slice(0, good.length >> 1)),
  malformed("a section that claims four gigabytes", "P5", () => Uint8Array.of(...header, 1, ...CLAIMED)),
  malformed("a length of six LEB128 bytes", "S6", () =>
    Uint8Array.of(...header, 1, 0x80, 0x80, 0x80, 0x80, 0x80, 0),
  ),
  malformed("two type sections", "S6", () => withSection(good, 1, [0])),
  malformed("two exports of one name", "P20", () =>
    signedPlugin({
      parts: {
        exports: [
          ["init", 0, 0],
          ["handle", 0, 1],
          ["handle", 0, 1],
        ],
      },
    }),
  ),
  parseCase("blocks without an end", "P5", "SANDPIT_ENGINE_MODULE_INVALID", () =>
    signedPlugin({ handle: [0x41, 0] }),
  ),
  malformed("a section that goes on after its last entry", "S6", () =>
    signedBy(withSection(header, 1, [0, 0]), ...keysFor("agent")),
  ),
  parseCase("a claim of 2^32 types", "P5", "SANDPIT_ENGINE_LIMIT_EXCEEDED", () =>
    signedBy(withSection(header, 1, CLAIMED), ...keysFor("agent")),
  ),
  limit(
    "a hundred thousand exports",
    () => ({
      parts: { exports: Array.from({ length: 100_000 }, (_, index) => [`e${index}`, 0, 0] as const) },
    }),
    "P20",
  ),
  limit("more functions than a reader takes", () => ({
    parts: { functions: Array.from({ length: sizes.functions }, () => ({ type: 0, code: [END] })) },
  })),
  limit("four billion locals", () => ({
    parts: { functions: [{ type: 0, locals: [[0xffff_ffff, I32]], code: [END] }] },
  })),
  limit("a body of half a megabyte", () => ({
    handle: [...Array.from({ length: 524_288 }, () => 0x01), ...returnsZero],
  })),
  limit("a br_table of a hundred thousand targets", () => ({
    handle: [...i32(0), 0x0e, ...leb(100_000), ...new Array<number>(100_001).fill(0), END],
  })),
  limit("blocks nested ten thousand deep", () => ({
    handle: [
      ...Array.from({ length: 10_000 }, () => [0x02, 0x40]).flat(),
      ...new Array<number>(10_000).fill(END),
      ...returnsZero,
    ],
  })),
  limit(
    "a giant table",
    () => ({ parts: { table: [0x70, 1, ...leb(10_000_000), ...leb(10_000_000)] } }),
    "P6",
  ),
  limit("more globals than a reader takes", () => ({
    parts: { globals: Array.from({ length: sizes.globals + 1 }, () => [I32, 1, 0x41, 0, END]) },
  })),
  limit("a hundred thousand data segments", () => ({
    parts: { data: Array.from({ length: 100_000 }, () => [1, 0]), dataCount: 100_000 },
  })),
  limit("a type of a thousand parameters", () => ({
    parts: { types: [[new Array<number>(1_000).fill(I32), []]] },
  })),
  limit(
    "an export name of a kilobyte",
    () => ({
      parts: {
        exports: [
          ["init", 0, 0],
          ["handle", 0, 1],
          ["x".repeat(1_024), 0, 1],
        ],
      },
    }),
    "P20",
  ),
  parseCase("a hundred custom sections", "P5", "SANDPIT_ENGINE_LIMIT_EXCEEDED", () => {
    let bytes = plugin();
    for (let index = 0; index < 100; index++) bytes = withCustomSection(bytes, `s${index}`, "");
    return bytes;
  }),
  parseCase("a name that is no UTF-8", "P20", "SANDPIT_ENGINE_NAME_INVALID", () =>
    withSection(good, 0, [2, 0xc3, 0x28]),
  ),
  feature("table.grow", "P6", 0xfc, 15, 0),
  feature("an atomic operation", "P17", 0xfe, 0x03, 0),
  feature("relaxed SIMD", "P17", 0xfd, 0x80, 0x02),
  feature("a conversion of NaN that does not trap", "P9", 0xfc, 2),
  feature("an exception handler", "P14", 0x06, 0x40),
  feature("a tail call", "P3", 0x12, 0),
  feature("a reference to a function", "P13", 0xd2, 0),
  feature("a second memory", "P16", ...i32(0), 0x28, 0x42, 0, 0, 0x1a),
  parseCase("an element segment of expressions", "P6", "SANDPIT_ENGINE_FEATURE_REFUSED", () =>
    signedPlugin({ parts: { table: [0x70, 1, 1, 1], elements: [[4, 0x41, 0, END, 1, 0xd2, 0, END]] } }),
  ),
  parseCase("a section of a proposal", "P19", "SANDPIT_ENGINE_FEATURE_REFUSED", () =>
    withSection(good, 13, [0]),
  ),
  parseCase("a handle that returns the wrong type", "P13", "SANDPIT_ENGINE_MODULE_INVALID", () =>
    signedPlugin({ handle: [0x42, 0, END] }),
  ),
  parseCase("a call of a function that is not there", "P13", "SANDPIT_ENGINE_MODULE_INVALID", () =>
    signedPlugin({ handle: [0x10, 99, ...returnsZero] }),
  ),
  parseCase("code that names the counters before they exist", "P1", "SANDPIT_ENGINE_MODULE_INVALID", () =>
    signedPlugin({ handle: [...i32(2_000_000_000), 0x24, 0, ...returnsZero] }),
  ),
];

function leb(value: number): number[] {
  const out = new ByteWriter(8);
  out.u32(value);
  return [...out.view()];
}
