import { Control } from "../../abi/host/index.ts";
import { printableText } from "./printable-text.ts";

const MESSAGE_UNITS_MAX = 200;

/**
 * What a plugin left in its control block as it aborted: `message at file:line:column`. The pointers are
 * hostile: each is taken as unsigned, and the string it leads to must lie inside the memory. Null when there
 * is no message or it does not hold.
 */
export function readAbortMessage(memory: ArrayBuffer): string | null {
  const view = new DataView(memory);
  const message = readString(view, view.getUint32(Control.abortMessage, true));
  if (message === null) return null;
  const file = readString(view, view.getUint32(Control.abortFile, true)) ?? "unknown file";
  const line = view.getUint32(Control.abortLine, true);
  const column = view.getUint32(Control.abortColumn, true);
  return `${message} at ${file}:${line}:${column}`;
}

/** An AssemblyScript string: UTF-16LE at `pointer`, its length in bytes in the four bytes before. */
function readString(view: DataView, pointer: number): string | null {
  if (pointer < 4 || pointer > view.byteLength) return null;
  const lengthBytes = view.getUint32(pointer - 4, true);
  if (lengthBytes % 2 !== 0 || lengthBytes > view.byteLength - pointer) return null;
  let text = "";
  // One unit more than is shown, so that a cut is visible.
  const units = Math.min(lengthBytes / 2, MESSAGE_UNITS_MAX + 1);
  for (let index = 0; index < units; index++) {
    text += String.fromCharCode(view.getUint16(pointer + 2 * index, true));
  }
  return printableText(text, MESSAGE_UNITS_MAX);
}
