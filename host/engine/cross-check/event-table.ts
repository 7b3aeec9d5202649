import { memoryMapOf, PARAMETERS_OFFSET } from "../../../abi/host/index.ts";
import { controlBlockWords } from "../control-block.ts";
import type { Manifest } from "../manifest.ts";
import type { ParameterValues } from "../parameters.ts";
import { resolveParameters, writeParameters } from "../parameters.ts";

const ROW_BYTES = 16;
/** As the trial clears behind an event: a venue's inbox of a megabyte is not cleared whole. */
const FILLED_BYTES = 65_536;

/** Events and what the host writes before `init`, as the harness finds them. */
export interface EventTable {
  /** The contents of one passive data segment. */
  readonly bytes: Uint8Array;
  /** Length of the control block and the parameters, which begin at 0. */
  readonly prologueBytes: number;
  /** Where the row of event 0 lies. */
  readonly rowsOffset: number;
  readonly events: number;
}

/** How many bytes a table of these events has. */
export function tableBytes(events: readonly Uint8Array[]): number {
  return events.reduce((sum, { length }) => sum + length + ROW_BYTES, PARAMETERS_OFFSET + 8 * 64);
}

/**
 * Lays out a run.
 *
 * ```
 *    0 ┌──────────────────────────┐ control block, then parameters: goes to address 0 before init
 * rows ├──────────────────────────┤ 16 bytes an event, u32 each:
 *      │ at, length               │   where its bytes lie in this table
 *      │ template, cleared        │   template id; bytes of the inbox behind it that are set to 0
 *      ├──────────────────────────┤ the events' bytes
 *      └──────────────────────────┘
 * ```
 */
export function layOutEvents(
  manifest: Manifest,
  parameters: ParameterValues,
  events: readonly Uint8Array[],
): EventTable {
  const { inboxCapacity } = memoryMapOf(manifest.kind);
  const prologueBytes = PARAMETERS_OFFSET + 8 * manifest.parameters.length;
  const bytes = new Uint8Array(
    prologueBytes + events.reduce((sum, { length }) => sum + ROW_BYTES + length, 0),
  );
  new Int32Array(bytes.buffer, 0, PARAMETERS_OFFSET / 4).set(
    controlBlockWords(manifest.kind, manifest.parameters.length),
  );
  writeParameters(bytes.buffer, manifest, resolveParameters(manifest, parameters));
  const view = new DataView(bytes.buffer);
  let at = prologueBytes + ROW_BYTES * events.length;
  events.forEach((event, index) => {
    const row = prologueBytes + ROW_BYTES * index;
    const template = new DataView(event.buffer, event.byteOffset).getUint16(2, true);
    view.setUint32(row, at, true);
    view.setUint32(row + 4, event.length, true);
    view.setUint32(row + 8, template, true);
    view.setUint32(row + 12, Math.max(0, Math.min(inboxCapacity, FILLED_BYTES) - event.length), true);
    bytes.set(event, at);
    at += event.length;
  });
  return { bytes, prologueBytes, rowsOffset: prologueBytes, events: events.length };
}
