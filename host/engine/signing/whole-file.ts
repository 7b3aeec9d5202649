import type { Disk } from "../../platform/disk/index.ts";
import { DiskError } from "../../platform/disk/index.ts";

/** All bytes of a file, or null when it has more than `bytesMax` or changes its size meanwhile. Throws DiskError. */
export function readWholeFile(disk: Disk, path: string, bytesMax: number): Uint8Array | null {
  const file = disk.open(path, "read");
  try {
    const size = disk.sizeBytes(file);
    if (size > bytesMax) return null;
    const bytes = new Uint8Array(size + 1);
    let length = 0;
    while (length < bytes.length) {
      const read = disk.readAt(file, bytes, length, bytes.length - length, length);
      if (read < 0) throw new DiskError("FAILED", `disk: ${path} cannot be read; check the device`);
      if (read === 0) break;
      length += read;
    }
    return length === size ? bytes.subarray(0, size) : null;
  } finally {
    disk.close(file);
  }
}

/** Gives `directory/name` this content, whole or not at all, on stable storage before it returns. Throws DiskError. */
export function replaceFile(disk: Disk, directory: string, name: string, content: Uint8Array): void {
  const temporary = `${directory}/${name}.new`;
  if (disk.list(directory).includes(`${name}.new`)) disk.remove(temporary);
  const file = disk.open(temporary, "create");
  let code = 0;
  try {
    for (let at = 0; at < content.length && code >= 0; at += code)
      code = disk.append(file, content, at, content.length - at);
    if (code >= 0) code = disk.sync(file);
  } finally {
    disk.close(file);
  }
  if (code < 0)
    throw new DiskError("FAILED", `disk: ${temporary} cannot be written (${code}); check space and device`);
  disk.rename(temporary, `${directory}/${name}`);
  disk.syncDirectory(directory);
}
