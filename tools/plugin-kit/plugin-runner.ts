import type { Manifest } from "../../host/engine/index.ts";
import type { StringReader } from "./memory-strings.ts";

/** A plugin that stands ready: the metered one of the host, or the module as it was compiled. */
export interface PluginRunner {
  readonly manifest: Manifest;
  readonly u8: Uint8Array;
  readonly inboxOffset: number;
  readonly inboxCapacity: number;
  readonly outboxOffset: number;
  /** Strings in its memory. */
  readonly text: StringReader;
  /** Lines that it has traced. */
  readonly traces: readonly string[];
  /** Instructions that the last call used; null where nothing counts them. */
  gasUsed(lengthBytes: number): number | null;
  /** Calls the plugin with the record in its inbox. Returns the bytes written or a refusal's code; throws PluginStoppedError. */
  call(template: number, lengthBytes: number): number;
  /** What its export `snapshot` writes; null where it exports none. Throws PluginStoppedError. */
  snapshot(): Uint8Array | null;
  /** What its export `restore` says to a snapshot that fits the inbox; null where it exports none. Throws PluginStoppedError. */
  restore(snapshot: Uint8Array): number | null;
  close(): void;
}
