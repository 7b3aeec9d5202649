import { ByteWriter } from "../../../host/engine/wasm/byte-writer.ts";

export interface BuilderFunction {
  readonly type: number;
  /** Groups of locals: count, value type. */
  readonly locals?: readonly (readonly [number, number])[];
  /** Instructions with the final end. */
  readonly code: readonly number[];
}

export interface BuilderParts {
  readonly types?: readonly (readonly [readonly number[], readonly number[]])[];
  /** Imports as raw bytes; `env.memory` with the pages by default. */
  readonly imports?: readonly (readonly number[])[];
  readonly pages?: number;
  readonly functions?: readonly BuilderFunction[];
  readonly table?: readonly number[];
  readonly memory?: readonly number[];
  readonly globals?: readonly (readonly number[])[];
  /** Name, kind, index. */
  readonly exports?: readonly (readonly [string, number, number])[];
  readonly start?: number;
  readonly elements?: readonly (readonly number[])[];
  readonly dataCount?: number;
  readonly data?: readonly (readonly number[])[];
}

export const I32 = 0x7f;

type BuilderType = readonly [readonly number[], readonly number[]];

/** `() -> ()`, `(i32, i32) -> i32`, `() -> i32`: the types of the exports, then what a test adds. */
export const exportTypes: readonly BuilderType[] = [
  [[], []],
  [[I32, I32], [I32]],
  [[], [I32]],
];

/** init and handle around the code of handle. */
export function pluginParts(handleCode: readonly number[], more: BuilderParts = {}): BuilderParts {
  return {
    types: exportTypes,
    functions: [{ type: 0, code: [0x0b] }, { type: 1, code: handleCode }, ...(more.functions ?? [])],
    exports: [
      ["init", 0, 0],
      ["handle", 0, 1],
    ],
    ...Object.fromEntries(Object.entries(more).filter(([key]) => key !== "functions")),
  };
}

/** An import as bytes. */
export function importBytes(module: string, name: string, description: readonly number[]): number[] {
  const out = new ByteWriter();
  out.name(module);
  out.name(name);
  out.raw(Uint8Array.from(description));
  return [...out.view()];
}

/** Assembles a module by hand, so that tests can write what no compiler would. */
export function buildModule(parts: BuilderParts): Uint8Array {
  const out = new ByteWriter();
  out.raw(Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0));
  const pages = parts.pages ?? 4;
  vector(out, 1, parts.types, ([parameters, results], body) => {
    body.byte(0x60);
    bytes(body, parameters);
    bytes(body, results);
  });
  vector(out, 2, parts.imports ?? [importBytes("env", "memory", [2, 1, pages, pages])], raw);
  vector(out, 3, parts.functions, ({ type }, body) => body.u32(type));
  if (parts.table !== undefined) vector(out, 4, [parts.table], raw);
  if (parts.memory !== undefined) vector(out, 5, [parts.memory], raw);
  vector(out, 6, parts.globals, raw);
  vector(out, 7, parts.exports, ([name, kind, index], body) => {
    body.name(name);
    body.byte(kind);
    body.u32(index);
  });
  if (parts.start !== undefined) section(out, 8, (body) => body.u32(parts.start ?? 0));
  vector(out, 9, parts.elements, raw);
  if (parts.dataCount !== undefined) section(out, 12, (body) => body.u32(parts.dataCount ?? 0));
  vector(out, 10, parts.functions, writeBody);
  vector(out, 11, parts.data, raw);
  return out.toBytes();
}

function writeBody(definition: BuilderFunction, body: ByteWriter): void {
  const inner = new ByteWriter();
  inner.u32(definition.locals?.length ?? 0);
  for (const [count, type] of definition.locals ?? []) {
    inner.u32(count);
    inner.byte(type);
  }
  inner.raw(Uint8Array.from(definition.code));
  body.u32(inner.length);
  body.raw(inner.view());
}

function section(out: ByteWriter, id: number, write: (body: ByteWriter) => void): void {
  const body = new ByteWriter();
  write(body);
  out.byte(id);
  out.u32(body.length);
  out.raw(body.view());
}

function vector<T>(
  out: ByteWriter,
  id: number,
  entries: readonly T[] | undefined,
  write: (entry: T, body: ByteWriter) => void,
): void {
  if (entries === undefined) return;
  section(out, id, (body) => {
    body.u32(entries.length);
    for (const entry of entries) write(entry, body);
  });
}

function raw(entry: readonly number[], body: ByteWriter): void {
  body.raw(Uint8Array.from(entry));
}

function bytes(body: ByteWriter, values: readonly number[]): void {
  body.u32(values.length);
  raw(values, body);
}
