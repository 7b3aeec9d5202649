/**
 * The part of the WebAssembly JavaScript interface that the engine uses. Node's type package leaves it to the
 * browser's library, which would bring a thousand globals that do not exist here.
 */
export interface WasmMemory {
  readonly buffer: ArrayBuffer;
}

export interface WasmTable {
  readonly length: number;
  set(index: number, value: unknown): void;
  get(index: number): unknown;
}

export interface WasmGlobal {
  value: number;
}

/** A global of any number type: 64-bit integers are BigInts. */
export interface WasmStateGlobal {
  value: number | bigint;
}

/** A compiled module; opaque. */
export interface WasmCompiled {
  readonly brand?: "WebAssembly.Module";
}

export interface WasmInstance {
  readonly exports: Readonly<Record<string, unknown>>;
}

interface ImportDescription {
  readonly module: string;
  readonly name: string;
  readonly kind: string;
}

interface WebAssemblyInterface {
  readonly Memory: new (limits: { initial: number; maximum: number }) => WasmMemory;
  readonly Module: {
    new (bytes: Uint8Array): WasmCompiled;
    imports(module: WasmCompiled): ImportDescription[];
  };
  readonly Instance: new (
    module: WasmCompiled,
    imports: Record<string, Record<string, unknown>>,
  ) => WasmInstance;
  readonly RuntimeError: new (message?: string) => Error;
  validate(bytes: Uint8Array): boolean;
}

declare global {
  var WebAssembly: WebAssemblyInterface;
}
