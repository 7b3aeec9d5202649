/** One-byte codes of the value types that the engine admits. */
export const ValueType = { I32: 0x7f, I64: 0x7e, F32: 0x7d, F64: 0x7c, V128: 0x7b } as const;

export const ExternalKind = { FUNCTION: 0, TABLE: 1, MEMORY: 2, GLOBAL: 3 } as const;

export interface WasmSection {
  readonly id: number;
  /** Name of a custom section, else of the id. */
  readonly name: string;
  /** Offset of the id byte. */
  readonly startOffset: number;
  /** Offset of the first byte after the section's length. */
  readonly payloadOffset: number;
  readonly endOffset: number;
}

export interface WasmFunctionType {
  readonly parameters: readonly number[];
  readonly results: readonly number[];
  /** Equal for structurally equal types: "i,i:i". */
  readonly key: string;
}

export interface WasmLimits {
  readonly min: number;
  readonly max: number | null;
  readonly shared: boolean;
}

export interface WasmImport {
  readonly module: string;
  readonly name: string;
  /** An ExternalKind. */
  readonly kind: number;
  readonly memory: WasmLimits | null;
  readonly offset: number;
}

export interface WasmExport {
  readonly name: string;
  /** An ExternalKind. */
  readonly kind: number;
  readonly index: number;
  readonly offset: number;
}

export interface WasmElementSegment {
  readonly functions: readonly number[];
}

export interface WasmDataSegment {
  readonly offset: number;
  readonly sizeBytes: number;
  /** Where an active segment lands; null for a passive one. */
  readonly address: number | null;
}

export interface WasmBody {
  /** Offset of the declarations of locals, that is the first byte after the body's size. */
  readonly startOffset: number;
  /** Offset of the first instruction. */
  readonly codeOffset: number;
  readonly endOffset: number;
  /** Offset of the first group of locals, after their count. */
  readonly localGroupsOffset: number;
  readonly localGroups: number;
  readonly locals: number;
  /** Locals of type v128, which take two slots of the stack. */
  readonly vectorLocals: number;
}

export interface WasmGlobalType {
  /** A ValueType. */
  readonly type: number;
  readonly isMutable: boolean;
}

/**
 * What a module contains, by byte offset where it matters. Imported functions are refused, so function
 * indexes are body indexes.
 */
export interface WasmModule {
  readonly bytes: Uint8Array;
  readonly sections: readonly WasmSection[];
  readonly types: readonly WasmFunctionType[];
  readonly imports: readonly WasmImport[];
  /** Type index of each function. */
  readonly functions: readonly number[];
  readonly tables: readonly WasmLimits[];
  readonly memories: readonly WasmLimits[];
  readonly globals: readonly WasmGlobalType[];
  readonly exports: readonly WasmExport[];
  readonly startOffset: number | null;
  readonly elements: readonly WasmElementSegment[];
  readonly data: readonly WasmDataSegment[];
  readonly bodies: readonly WasmBody[];
  /** True when a type, a global or a local is a v128. */
  readonly vectorTypes: boolean;
}
