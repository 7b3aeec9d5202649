import { importBytes } from "../host/engine/module-builder.ts";
import type { BuilderParts } from "../host/engine/module-builder.ts";
import { requestOf, signedPlugin } from "./hostile-desk.ts";
import type { PluginOptions } from "./hostile-desk.ts";
import type { HostileCase } from "./hostile-case.ts";
import { END, returnsZero, spins } from "./plugin-code.ts";

function policy(name: string, fault: string, code: HostileCase["code"], options: PluginOptions): HostileCase {
  return { name, fault, step: "policy", code, request: () => requestOf(signedPlugin(options)) };
}

function metering(
  name: string,
  fault: string,
  code: HostileCase["code"],
  options: () => PluginOptions,
): HostileCase {
  return { name, fault, step: "metering", code, request: () => requestOf(signedPlugin(options())) };
}

const memory = importBytes("env", "memory", [2, 1, 4, 4]);

/** init and handle one further, since an imported function comes first. */
function importing(module: string, name: string): PluginOptions {
  return {
    parts: {
      imports: [importBytes(module, name, [0, 0]), memory],
      exports: [
        ["init", 0, 1],
        ["handle", 0, 2],
      ],
    },
  };
}

function memoryOf(...description: readonly number[]): PluginOptions {
  return { parts: { imports: [importBytes("env", "memory", [2, ...description])] } };
}

function exporting(...exports: NonNullable<BuilderParts["exports"]>): PluginOptions {
  return { parts: { exports } };
}

const both = [
  ["init", 0, 0],
  ["handle", 0, 1],
] as const;

function data(...address: readonly number[]): PluginOptions {
  return { parts: { data: [[0, 0x41, ...address, END, 1, 9]] } };
}

/** A chain of functions, each of which calls the next. */
function chain(length: number): PluginOptions {
  const functions = Array.from({ length }, (_, index) => ({
    type: 0,
    code: index + 1 === length ? [END] : [0x10, ...leb(index + 3), END],
  }));
  return { handle: [0x10, 2, ...returnsZero], parts: { functions } };
}

/** Loops of nothing: each is charged, so each grows tenfold when it is metered. */
function tinyLoops(): PluginOptions {
  const loops = Array.from({ length: 60_000 }, () => [0x03, 0x40, END]).flat();
  const body = { type: 0, code: [...loops, END] };
  return { parts: { functions: new Array<typeof body>(5).fill(body) } };
}

function leb(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, value >> 7];
}

/** Modules that want more of the host than a memory, or more stack and code than they may have. */
export const policyCases: readonly HostileCase[] = [
  policy("a start function that spins", "P2", "SANDPIT_ENGINE_START_SECTION", {
    parts: { functions: [{ type: 0, code: [...spins, END] }], start: 2 },
  }),
  policy("an import of the clock", "P17", "SANDPIT_ENGINE_IMPORT_NOT_ALLOWED", importing("env", "Date.now")),
  policy(
    "an import of the file system",
    "P19",
    "SANDPIT_ENGINE_IMPORT_NOT_ALLOWED",
    importing("wasi_snapshot_preview1", "path_open"),
  ),
  policy(
    "an import with a name that steers a terminal",
    "P21",
    "SANDPIT_ENGINE_IMPORT_NOT_ALLOWED",
    importing("\u001b[2J", "f"),
  ),
  policy("a memory of its own", "P16", "SANDPIT_ENGINE_IMPORT_NOT_ALLOWED", {
    parts: { imports: [], memory: [1, 4, 4] },
  }),
  policy(
    "an export called __proto__",
    "P20",
    "SANDPIT_ENGINE_EXPORT_NOT_ALLOWED",
    exporting(...both, ["__proto__", 0, 0]),
  ),
  policy(
    "its own gas counter",
    "P1",
    "SANDPIT_ENGINE_EXPORT_NOT_ALLOWED",
    exporting(...both, ["sandpit.gas", 0, 0]),
  ),
  policy(
    "the memory exported",
    "P15",
    "SANDPIT_ENGINE_EXPORT_NOT_ALLOWED",
    exporting(...both, ["memory", 2, 0]),
  ),
  policy("no handle", "P19", "SANDPIT_ENGINE_EXPORT_MISSING", exporting(["init", 0, 0])),
  policy(
    "a handle without parameters",
    "P19",
    "SANDPIT_ENGINE_EXPORT_TYPE",
    exporting(["init", 0, 0], ["handle", 0, 0]),
  ),
  policy("a memory without a maximum", "P4", "SANDPIT_ENGINE_MEMORY_NOT_FIXED", memoryOf(0, 4)),
  policy("a memory that may grow", "P4", "SANDPIT_ENGINE_MEMORY_NOT_FIXED", memoryOf(1, 4, 5)),
  policy(
    "a memory of 4 GiB",
    "P4",
    "SANDPIT_ENGINE_MEMORY_MISMATCH",
    memoryOf(1, 0x80, 0x80, 4, 0x80, 0x80, 4),
  ),
  policy("a shared memory", "P12", "SANDPIT_ENGINE_MEMORY_NOT_FIXED", memoryOf(3, 4, 4)),
  policy(
    "another memory than the manifest claims",
    "P4",
    "SANDPIT_ENGINE_MEMORY_MISMATCH",
    memoryOf(1, 5, 5),
  ),
  policy("statics in the host's control block", "P22", "SANDPIT_ENGINE_DATA_OUT_OF_PLACE", data(0)),
  policy(
    "statics beyond the end",
    "P8",
    "SANDPIT_ENGINE_DATA_OUT_OF_PLACE",
    data(0xff, 0xff, 0xff, 0xff, 0x07),
  ),
  policy("SIMD in an agent", "P17", "SANDPIT_ENGINE_FEATURE_REFUSED", {
    parts: { functions: [{ type: 0, locals: [[1, 0x7b]], code: [END] }] },
  }),
  metering("a chain of calls deeper than it may be", "P3", "SANDPIT_ENGINE_CALL_CHAIN", () => chain(200)),
  metering("code that is nothing but loops", "P5", "SANDPIT_ENGINE_METERED_TOO_LARGE", tinyLoops),
];
