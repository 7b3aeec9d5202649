export type {
  AdmissionCode,
  AdmissionFacts,
  AdmissionPorts,
  AdmissionReport,
  AdmissionRequest,
  AdmissionStep,
  AdmissionStepResult,
  AdmissionTrust,
  TrialResult,
} from "./admission/index.ts";
export { admissionCodes, admissionSteps, admit, EVENTS_MAX, prepareAdmission } from "./admission/index.ts";
export type { EngineErrorCode, EngineErrorPlace } from "./engine-error.ts";
export { EngineError, engineErrorCodes } from "./engine-error.ts";
export type { PluginFault } from "./fault-code.ts";
export { FaultCode, REFUSAL_MIN } from "./fault-code.ts";
export type { ModuleReport } from "./inspect-module.ts";
export { inspectModule } from "./inspect-module.ts";
export type { Environment } from "./environment.ts";
export { environments } from "./environment.ts";
export { carryState, copyImage, HandOver, handOverOf, restoreSnapshot } from "./hand-over.ts";
export type { Invoke } from "./invoke-wrapper.ts";
export { kindLimits } from "./kind-limits.ts";
export type { LoadedPluginState, PluginExports } from "./loaded-plugin.ts";
export { LoadedPlugin } from "./loaded-plugin.ts";
export type { Manifest, ManifestLimits, ManifestParameter, ManifestState } from "./manifest.ts";
export { MANIFEST_SECTION, parseManifest } from "./manifest.ts";
export { MemoryPool } from "./memory-pool.ts";
export type { MeteredModule } from "./meter/meter.ts";
export { METER_VERSION } from "./meter/meter-rules.ts";
export type { OffsetMap } from "./meter/offset-map.ts";
export type { ParameterValues } from "./parameters.ts";
export type {
  ChannelOptions,
  OverflowPolicy,
  PluginPort,
  PluginWorker,
  StartWorker,
  WorkerInput,
} from "./placement/index.ts";
export {
  ENTRY_HEADER_BYTES,
  EntryCell,
  EntryWord,
  InputCounter,
  openWorker,
  overflowPolicies,
  placedEntry,
  PlacedKind,
  PluginChannel,
  RING_BYTES_MAX,
  RING_BYTES_MIN,
  startWorker,
  toldFaultOf,
  voidPort,
} from "./placement/index.ts";
export { compareVersions } from "./plugin-version.ts";
export type { PluginModule } from "./plugin-module.ts";
export { loadModule } from "./plugin-module.ts";
export type { SlotState } from "./plugin-slot.ts";
export { PluginSlot } from "./plugin-slot.ts";
export { BESIDE } from "./shadow-run.ts";
export { printableText } from "./printable-text.ts";
export type {
  FloorCandidate,
  Keyring,
  KeyringFile,
  ModuleSignature,
  ModuleTrust,
  PublicKey,
  SignMessage,
  SigningRole,
  TrustContext,
  VerifiedModule,
} from "./signing/index.ts";
export {
  isSignedBy,
  KEYRING_BYTES_MAX,
  parseKeyring,
  parsePublicKey,
  publicKeyOf,
  publicKeyPem,
  readModuleSignature,
  readWholeFile,
  signModule,
  unsignedModule,
  verifySignedModule,
  VersionFloor,
} from "./signing/index.ts";
export type { ShadowDifference, ShadowFilter } from "./shadow-run.ts";
export { ShadowCount, ShadowRole, ShadowRun } from "./shadow-run.ts";
export { SLOT_COUNTERS, SlotCounter } from "./slot-counter.ts";
export type { FunctionRange, SourceMapFile } from "./source-map-file.ts";
export { keepSourceMap } from "./source-maps.ts";
export { utcText, utcTimeMs } from "./utc-time.ts";
export { customSections, readModule } from "./wasm/module-reader.ts";
export { wasmLimits } from "./wasm/wasm-limits.ts";
export type { WasmModule, WasmSection } from "./wasm/wasm-module.ts";
export type { WasmMemory } from "./web-assembly.ts";
