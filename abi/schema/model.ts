/** SBE primitive types and their sizes in bytes. */
export const primitiveSizes = {
  char: 1,
  int8: 1,
  uint8: 1,
  int16: 2,
  uint16: 2,
  int32: 4,
  uint32: 4,
  int64: 8,
  uint64: 8,
  float: 4,
  double: 8,
} as const;

export type Primitive = keyof typeof primitiveSizes;

export interface FieldType {
  readonly name: string;
  readonly primitive: Primitive;
  /** Number of elements; 1 for a plain field. */
  readonly length: number;
  readonly enumeration: string | null;
}

export interface Field {
  readonly name: string;
  readonly type: FieldType;
  readonly offsetBytes: number;
  readonly description: string;
}

export interface Group {
  readonly name: string;
  readonly blockLength: number;
  readonly fields: readonly Field[];
}

export interface RecordSchema {
  readonly name: string;
  readonly templateId: number;
  readonly blockLength: number;
  readonly description: string;
  readonly fields: readonly Field[];
  readonly groups: readonly Group[];
}

export interface Enumeration {
  readonly name: string;
  readonly primitive: Primitive;
  readonly values: readonly { readonly name: string; readonly value: number; readonly description: string }[];
}

export interface Schema {
  readonly packageName: string;
  readonly id: number;
  readonly version: number;
  readonly enumerations: readonly Enumeration[];
  readonly records: readonly RecordSchema[];
}
