import { recordLayouts } from "../../abi/host/index.ts";
import type { JournalWriter } from "../journal/index.ts";
import { RecordType } from "../journal/index.ts";
import type { LaneConfiguration, PluginModules } from "../lane/index.ts";
import type { Opening } from "./opening/opening.ts";
import { EMPTY_OPENING, writeOpening } from "./opening/opening.ts";

const NAME_BYTES = 4;

/** What a session's first records hold: enough to build the same lane again, on any machine, without the plugins' files. */
export interface SessionStart {
  readonly configuration: LaneConfiguration;
  readonly modules: PluginModules;
  /** What earlier sessions left; left out where nothing was before. */
  readonly opening?: Opening;
  /** Session time at which that was taken over: the orders in doubt were sent before. 0 where left out. */
  readonly startNs?: number;
}

/** A journal that could not take a session's first records. */
export class SessionRecordError extends Error {
  readonly code = "SANDPIT_SESSION_RECORDS";
  override readonly name = "SessionRecordError";
}

/** Journals every module, the configuration with the layouts of the records, and what the session begins with. Throws SessionRecordError when the journal refuses. */
export function writeSessionStart(journal: JournalWriter, start: SessionStart): void {
  const timeNs = Float64Array.of(start.startNs ?? 0);
  const append = (type: number, payload: Buffer): void => {
    const code = journal.append(type, 0, timeNs, payload, 0, payload.length);
    if (code < 0)
      throw new SessionRecordError(
        `the journal refuses the session's first records with code ${code}; see the journal's directory and its disk`,
      );
  };
  for (const [name, module] of start.modules) {
    const bytes = module instanceof Uint8Array ? module : module.copyBytes();
    append(RecordType.PLUGIN, pluginRecord(name, bytes));
  }
  append(
    RecordType.CONFIGURATION,
    Buffer.from(JSON.stringify({ lane: start.configuration, records: recordLayouts }), "utf8"),
  );
  append(RecordType.OPENING, writeOpening(start.opening ?? EMPTY_OPENING));
  const code = journal.commit();
  if (code !== 0)
    throw new SessionRecordError(
      `the journal cannot write the session's first records: code ${code}; see the journal's directory and its disk`,
    );
}

/** A PLUGIN record: length of the name (u32), the name, the module. */
export function pluginRecord(name: string, bytes: Uint8Array): Buffer {
  const text = Buffer.from(name, "utf8");
  const head = Buffer.alloc(NAME_BYTES);
  head.writeUInt32LE(text.length);
  return Buffer.concat([head, text, bytes]);
}

/** Takes a PLUGIN record apart. */
export function readPluginRecord(payload: Buffer): { readonly name: string; readonly bytes: Uint8Array } {
  const end = NAME_BYTES + payload.readUInt32LE(0);
  if (end > payload.length)
    throw new SessionRecordError(
      "a plugin record is shorter than the name that it announces; the journal is of another program",
    );
  return { name: payload.toString("utf8", NAME_BYTES, end), bytes: Uint8Array.from(payload.subarray(end)) };
}

/** Takes a CONFIGURATION record apart. */
export function readConfigurationRecord(payload: Buffer): {
  readonly lane: LaneConfiguration;
  readonly records: Readonly<Record<string, unknown>>;
} {
  return JSON.parse(payload.toString("utf8")) as {
    lane: LaneConfiguration;
    records: Record<string, unknown>;
  };
}
