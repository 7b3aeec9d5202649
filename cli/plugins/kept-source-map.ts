import { keepSourceMap } from "../../host/engine/index.ts";
import { CommandError } from "../console/command-error.ts";
import { readRegularFile } from "./regular-file.ts";

/** The largest map of a bundled plugin has some 80,000 bytes. */
const BYTES_MAX = 16_777_216;

/** The source map that the plugin build wrote beside a module; null where there is none. */
export function mapBeside(modulePath: string): string | null {
  try {
    return readRegularFile(`${modulePath}.map`, { bytesMax: BYTES_MAX }).toString("utf8");
  } catch (error) {
    if (error instanceof CommandError) return null;
    throw error;
  }
}

/**
 * Gives the host in this process the map beside a module, so that a trap is told by file and line. Where there is none, or it is of another
 * build, a trap is told by the module's bytes.
 */
export function keepMapBeside(modulePath: string): void {
  const text = mapBeside(modulePath);
  if (text !== null) keepSourceMap(text);
}
