import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
  ABI_VERSION,
  Control,
  GROUP_HEADER_BYTES,
  HEADER_BYTES,
  PARAMETERS_OFFSET,
  describeRecord,
  memoryMapOf,
  pluginKinds,
} from "../../abi/host/index.ts";
import type { DescribedRecord, MemoryMap } from "../../abi/host/index.ts";
import type { WasmCompiled } from "../../host/engine/web-assembly.ts";
import { buildPlugins } from "../../tools/build-plugins.ts";
import { kindFolders, projectRoot, readPluginSource } from "../../tools/plugin-build/plugin-source.ts";
import type { PluginKind } from "../../tools/plugin-build/plugin-source.ts";

/** What a call returned: the negative code of a refusal, or the records. */
export interface PlainAnswer {
  readonly code: number;
  readonly records: readonly DescribedRecord[];
}

/** A plugin in a memory of its own, without the engine: no meter, no trampoline, no checks of what it writes. */
export interface PlainPlugin {
  readonly map: MemoryMap;
  readonly bytes: Buffer;
  readonly view: DataView;
  /** The module's export: the record must lie in the inbox. Returns a negative code or the bytes written to the outbox. */
  readonly handle: (templateId: number, lengthBytes: number) => number;
  /** Lays a record, header and payload, into the inbox, calls the plugin, and reads the outbox. A trap throws with what `abort` noted. */
  send(record: Uint8Array): PlainAnswer;
}

/** Parameters in the manifest's order: a number is laid as f64, a bigint as i64. */
export type PlainParameters = readonly (number | bigint)[];

/** Builds a bundled plugin where its module is stale, and instantiates it. */
export async function loadPlainPlugin(
  kind: PluginKind,
  name: string,
  parameters: PlainParameters = [],
): Promise<PlainPlugin> {
  await buildPlugins({ quiet: true, only: [name] });
  const module = new WebAssembly.Module(
    readFileSync(join(projectRoot, "build", "plugins", kindFolders[kind], `${name}.wasm`)),
  );
  const { pages } = readPluginSource(join(projectRoot, "plugins", kindFolders[kind], name)).manifest.limits;
  return instantiatePlain(module, kind, pages, parameters);
}

/** Instantiates a compiled module. */
export function instantiatePlain(
  module: WasmCompiled,
  kind: PluginKind,
  pages: number,
  parameters: PlainParameters = [],
): PlainPlugin {
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
  const map = memoryMapOf(kind);
  const view = new DataView(memory.buffer);
  writeControlBlock(view, map, kind, parameters);
  const { exports } = new WebAssembly.Instance(module, { env: { memory } });
  const { init, handle } = exports as {
    init: () => void;
    handle: (templateId: number, lengthBytes: number) => number;
  };
  const bytes = Buffer.from(memory.buffer);
  init();
  return {
    map,
    bytes,
    view,
    handle,
    send(record) {
      if (record.length > map.inboxCapacity)
        throw new Error(`plain plugin: ${record.length} bytes do not fit the inbox of ${map.inboxCapacity}`);
      bytes.set(record, map.inboxOffset);
      const code = explained(view, () => handle(view.getUint16(map.inboxOffset + 2, true), record.length));
      return { code, records: code < 0 ? [] : readRecords(view, map.outboxOffset, code) };
    },
  };
}

function writeControlBlock(
  view: DataView,
  map: MemoryMap,
  kind: PluginKind,
  parameters: PlainParameters,
): void {
  view.setUint32(Control.abiVersion, ABI_VERSION, true);
  view.setUint32(Control.kind, pluginKinds[kind], true);
  view.setUint32(Control.inboxOffset, map.inboxOffset, true);
  view.setUint32(Control.inboxCapacity, map.inboxCapacity, true);
  view.setUint32(Control.outboxOffset, map.outboxOffset, true);
  view.setUint32(Control.outboxCapacity, map.outboxCapacity, true);
  view.setUint32(Control.parametersOffset, PARAMETERS_OFFSET, true);
  view.setUint32(Control.parametersCount, parameters.length, true);
  for (const [index, value] of parameters.entries()) {
    if (typeof value === "bigint") view.setBigInt64(PARAMETERS_OFFSET + index * 8, value, true);
    else view.setFloat64(PARAMETERS_OFFSET + index * 8, value, true);
  }
}

/** A trap says nothing by itself: the reason lies in the control block, as a pointer to a UTF-16 string with its size before it. */
function explained(view: DataView, call: () => number): number {
  view.setUint32(Control.abortMessage, 0, true);
  try {
    return call();
  } catch (cause) {
    const text = view.getUint32(Control.abortMessage, true);
    const message =
      text === 0 ? "" : Buffer.from(view.buffer, text, view.getUint32(text - 4, true)).toString("utf16le");
    throw new Error(`plain plugin: trapped: ${message} (line ${view.getUint32(Control.abortLine, true)})`, {
      cause,
    });
  }
}

/** Every record of an outbox, payloads of OutboundFrame included in its length. */
function readRecords(view: DataView, start: number, lengthBytes: number): DescribedRecord[] {
  const records: DescribedRecord[] = [];
  for (let at = start; at < start + lengthBytes;) {
    const record = describeRecord(view, at);
    if (record === null) throw new Error(`plain plugin: no record at byte ${at - start} of the outbox`);
    records.push(record);
    at += paddedSize(view, at, record);
  }
  return records;
}

function paddedSize(view: DataView, at: number, record: DescribedRecord): number {
  let size = HEADER_BYTES + view.getUint16(at, true);
  for (const entries of Object.values(record.groups)) {
    size += GROUP_HEADER_BYTES + entries.length * view.getUint16(at + size, true);
  }
  if (record.name === "OutboundFrame") size += Number(record.fields["lengthBytes"]);
  return (size + 7) & ~7;
}
