/**
 * Hard caps of what the reader looks at. They hold before anything is allocated by a length that the module
 * claims, and before the compiler sees a byte: a module within them compiles in well under a second.
 */
export const wasmLimits = {
  moduleBytes: 4_194_304,
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
  dataBytes: 4_194_304,
  bodyBytes: 262_144,
  localsPerFunction: 4_096,
  branchTableEntries: 4_096,
  nestingDepth: 1_000,
  customSections: 64,
  nameBytes: 256,
} as const;
