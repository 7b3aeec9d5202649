import asc from "assemblyscript/asc";
import type { PluginKind } from "../../../abi/host/index.ts";
import { memoryMapOf, recordLayouts } from "../../../abi/host/index.ts";
import { ByteWriter } from "../../../host/engine/wasm/byte-writer.ts";

/** Limits that suit the small plugins of these tests. */
export const sampleLimits = {
  gasBase: 100_000,
  gasPerByte: 10,
  initGas: 1_000_000,
  callDepth: 64,
  pages: 4,
  outputs: 16,
};

export interface SampleManifest {
  readonly name: string;
  readonly kind: PluginKind;
  readonly limits: typeof sampleLimits;
  readonly [key: string]: unknown;
}

/** A manifest as a plugin would carry it, with parts replaced. */
export function sampleManifest(parts: Readonly<Record<string, unknown>> = {}): SampleManifest {
  const kind = (parts["kind"] ?? "agent") as PluginKind;
  const pages = kind === "venue" ? 34 : 4;
  return {
    name: "sample",
    version: "1.2.3",
    abi: 1,
    description: "a plugin of the tests",
    reads: ["Quote"],
    writes: ["Signal"],
    ...parts,
    kind,
    limits: { ...sampleLimits, pages, ...(parts["limits"] as object | undefined) },
  };
}

/** Appends a custom section. */
export function withCustomSection(
  module: Uint8Array,
  name: string,
  payload: Uint8Array | string,
): Uint8Array {
  const body = new ByteWriter();
  body.name(name);
  body.raw(typeof payload === "string" ? new TextEncoder().encode(payload) : payload);
  const out = new ByteWriter();
  out.raw(module);
  out.byte(0);
  out.u32(body.length);
  out.raw(body.view());
  return out.toBytes();
}

/** The reporting abort of the plugin kit, in short. */
export const abortSource = `
export function sampleAbort(message: string | null, file: string | null, line: u32, column: u32): void {
  store<u32>(32, changetype<usize>(message));
  store<u32>(36, changetype<usize>(file));
  store<u32>(40, line);
  store<u32>(44, column);
  unreachable();
}
`;

/**
 * Compiles AssemblyScript with the flags of the plugin build, without a manifest. `source` exports `handle`.
 */
export async function compileSource(
  source: string,
  kind: PluginKind = "agent",
  flags: readonly string[] = [],
): Promise<Uint8Array> {
  const { limits } = sampleManifest({ kind });
  const outputs = new Map<string, Uint8Array>();
  const argv = [
    "entry.ts",
    "--outFile",
    "module.wasm",
    "-O3",
    "--runtime",
    "stub",
    "--importMemory",
    "--noExportMemory",
  ];
  argv.push("--exportStart", "init", "--disable", "nontrapping-f2i", "--use", "abort=entry/sampleAbort");
  argv.push("--initialMemory", String(limits.pages), "--maximumMemory", String(limits.pages));
  argv.push("--memoryBase", String(memoryMapOf(kind).memoryBase), ...flags);
  const text = `${source}\n${abortSource.replace("export function", "function")}`;
  const { error, stderr } = await asc.main(argv, {
    readFile: (name: string) => (name === "entry.ts" ? text : null),
    writeFile: (name: string, contents: Uint8Array | string) => {
      if (typeof contents !== "string") outputs.set(name, contents);
    },
    listFiles: () => [],
  });
  const wasm = outputs.get("module.wasm");
  if (error !== null || wasm === undefined) throw new Error(`${stderr.toString()}${error?.message ?? ""}`);
  return wasm;
}

/** Compiles AssemblyScript into a loadable plugin. */
export async function compilePlugin(
  source: string,
  manifest: Readonly<Record<string, unknown>> = {},
  flags: readonly string[] = [],
): Promise<Uint8Array> {
  const full = sampleManifest(manifest);
  const wasm = await compileSource(source, full.kind, flags);
  return withDescription(wasm, full);
}

/** Appends the two sections that a module must have: the manifest, and the layouts of the records that it names. */
export function withDescription(module: Uint8Array, manifest: SampleManifest): Uint8Array {
  const names = [manifest["reads"], manifest["writes"]].flat() as (keyof typeof recordLayouts)[];
  const layouts = Object.fromEntries(names.map((name) => [name, recordLayouts[name]]));
  const described = withCustomSection(module, "sandpit.manifest", JSON.stringify(manifest));
  return withCustomSection(described, "sandpit.records", JSON.stringify(layouts));
}
