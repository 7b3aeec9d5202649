import { createHash } from "node:crypto";
import type { PluginModule } from "../engine/index.ts";
import { loadModule } from "../engine/index.ts";
import type { PluginModules } from "../lane/index.ts";
import { readPluginRecord, SessionRecordError } from "./session-records.ts";

/** The modules of one session as its PLUGIN records hold them. */
export class JournalledModules {
  private readonly named = new Map<string, Uint8Array>();
  private readonly bytesOf = new Map<string, Uint8Array>();
  private readonly loaded = new Map<string, PluginModule>();

  /** Takes a PLUGIN record. */
  take(payload: Buffer): void {
    const { name, bytes } = readPluginRecord(payload);
    this.named.set(name, bytes);
    this.bytesOf.set(createHash("sha256").update(bytes).digest("hex"), bytes);
  }

  /** By name, the last of each name: at a session's start there is one. */
  get byName(): PluginModules {
    return this.named;
  }

  /** By the SHA-256 of its bytes, as changes name it. Throws SessionRecordError where the journal does not hold it. */
  of(sha256: string): PluginModule {
    const bytes = this.bytesOf.get(sha256);
    if (bytes === undefined)
      throw new SessionRecordError(
        `a change names the module ${sha256}, which the journal does not hold; its beginning is missing`,
      );
    const module = this.loaded.get(sha256) ?? loadModule(bytes);
    this.loaded.set(sha256, module);
    return module;
  }
}
