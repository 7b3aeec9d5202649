import { layoutMismatches } from "../../abi/host/index.ts";
import { EngineError } from "./engine-error.ts";
import type { Manifest } from "./manifest.ts";
import { printableText } from "./printable-text.ts";
import { customSections } from "./wasm/module-reader.ts";
import type { WasmModule } from "./wasm/wasm-module.ts";

/** Name of the custom section that holds, as JSON, the layout of each record with which the module was built. */
export const RECORDS_SECTION = "sandpit.records";

/** The layouts of all records together have some 5 KiB. */
const RECORDS_BYTES_MAX = 65_536;
const MISMATCHES_SHOWN = 8;

/**
 * A module that takes the bytes of a record for other fields than this host writes would trade on nonsense: every record that the
 * manifest names must have been built with this host's layout, or with an earlier, shorter form of it. Throws
 * SANDPIT_ENGINE_RECORD_LAYOUT.
 */
export function checkRecordLayouts(module: WasmModule, manifest: Manifest): void {
  const layouts = readLayouts(module);
  const missing = [...manifest.reads, ...manifest.writes].filter((name) => !Object.hasOwn(layouts, name));
  if (missing.length > 0)
    refuse(`the manifest names ${missing.join(", ")}, whose layout the section does not have`);
  const mismatches = layoutMismatches(layouts);
  if (mismatches.length === 0) return;
  const shown = mismatches.slice(0, MISMATCHES_SHOWN);
  refuse(
    shown
      .map(({ record, reason }) => `${printableText(record, 64)}: ${printableText(reason, 200)}`)
      .join("; "),
  );
}

function readLayouts(module: WasmModule): Readonly<Record<string, unknown>> {
  const [section, second] = customSections(module, RECORDS_SECTION);
  if (section === undefined || second !== undefined)
    refuse(`there is ${section === undefined ? "no" : "more than one"} section of that name`);
  if (section.length > RECORDS_BYTES_MAX)
    refuse(`it has ${section.length} bytes, the limit is ${RECORDS_BYTES_MAX}`);
  const parsed = parseJson(section);
  if (typeof parsed !== "object" || parsed === null || Array.isArray(parsed)) refuse("it is no JSON object");
  return parsed as Readonly<Record<string, unknown>>;
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (cause) {
    return refuse("it is not JSON in UTF-8", cause);
  }
}

function refuse(text: string, cause?: unknown): never {
  throw new EngineError(
    "SANDPIT_ENGINE_RECORD_LAYOUT",
    `the record layouts are refused: ${text}. Build the plugin again with this host's kit`,
    { section: RECORDS_SECTION, cause },
  );
}
