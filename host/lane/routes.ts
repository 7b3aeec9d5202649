import type { RecordName } from "../../abi/host/index.ts";
import * as records from "../../abi/host/index.ts";

/** Template ids are below this. */
export const TEMPLATES_MAX = 64;
/** Kernels that one template can have, and the end mark. */
export const ROUTE_WIDTH = 33;

/** Which plugins read a template: a row of plugin numbers for each template id, ended by -1. */
export function routesOf(reads: readonly (readonly number[])[]): Int32Array {
  const routes = new Int32Array(TEMPLATES_MAX * ROUTE_WIDTH).fill(-1);
  if (reads.length >= ROUTE_WIDTH)
    throw new Error(
      `${reads.length} feature plugins are configured; a lane takes at most ${ROUTE_WIDTH - 1}`,
    );
  for (let template = 0; template < TEMPLATES_MAX; template++) {
    const readers = reads.flatMap((templates, index) => (templates.includes(template) ? [index] : []));
    routes.set(readers, template * ROUTE_WIDTH);
  }
  return routes;
}

/** Whether a plugin reads a template: a row of TEMPLATES_MAX flags for each plugin. */
export function readersOf(plugins: readonly { readonly reads: readonly number[] }[]): Uint8Array {
  const flags = new Uint8Array(plugins.length * TEMPLATES_MAX);
  plugins.forEach(({ reads }, index) => writeReads(flags, index, reads));
  return flags;
}

/** Writes one plugin's row of such flags. */
export function writeReads(flags: Uint8Array, index: number, reads: readonly number[]): void {
  flags.fill(0, index * TEMPLATES_MAX, (index + 1) * TEMPLATES_MAX);
  for (const template of reads) flags[index * TEMPLATES_MAX + template] = 1;
}

const NO_RECORD = 0x1_0000;

/** Length of each record's block in its first form, by template id: no module can have been built with less. */
export const blockLengthFloors: Int32Array = floorsOf();

function floorsOf(): Int32Array {
  // An id of no record is below no floor: it is refused whatever its length.
  const floors = new Int32Array(TEMPLATES_MAX).fill(NO_RECORD);
  for (const name of Object.keys(records.recordLayouts) as RecordName[])
    floors[records[name].templateId] = records.firstBlockLength(name);
  return floors;
}
