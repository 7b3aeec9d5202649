import { keepSourceMap } from "../../host/engine/index.ts";
import { CommandError } from "../console/command-error.ts";
import { readRegularFile } from "./regular-file.ts";

/** The largest map of a bundled plugin has some 80,000 bytes. */
const BYTES_MAX = 16_777_216;

/**
 * Gives the host the source map that the plugin build wrote beside a module, so that a trap is told by file and line. Where there is none,
 * or it is of another build, a trap is told by the module's bytes.
 */
export function keepMapBeside(modulePath: string): void {
  let text: string;
  try {
    text = readRegularFile(`${modulePath}.map`, { bytesMax: BYTES_MAX }).toString("utf8");
  } catch (error) {
    if (error instanceof CommandError) return;
    throw error;
  }
  keepSourceMap(text);
}
