/**
 * Hard caps of what the reader looks at. They hold before anything is allocated by a length that the module
 * claims, and before the compiler sees a byte: a module within them compiles in well under a second. A larger one than this could not be admitted: the
 * second engine takes a second for some 400 kB of metered code, and has five. The largest bundled plugin has 35 kB.
 */
export const wasmLimits = {
  moduleBytes: 1_048_576,
  types: 2_000,
  parametersPerType: 64,
  resultsPerType: 16,
  imports: 16,
  functions: 10_000,
  tables: 1,
  tableEntries: 4_096,
  memories: 1,
  globals: 1_000,
  exports: 64,
  elementSegments: 1_000,
  dataSegments: 10_000,
  dataBytes: 1_048_576,
  bodyBytes: 262_144,
  localsPerFunction: 4_096,
  branchTableEntries: 4_096,
  nestingDepth: 1_000,
  customSections: 64,
  nameBytes: 256,
} as const;
