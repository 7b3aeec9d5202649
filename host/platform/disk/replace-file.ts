import type { Disk } from "./disk.ts";
import { DiskError } from "./disk-error.ts";

/** Replaces a file whole, and stable, by a rename: a power cut leaves the old one or the new one. `failure` is the text of the DiskError that it throws. */
export function replaceFile(
  disk: Disk,
  directory: string,
  name: string,
  bytes: Uint8Array,
  failure: string,
): void {
  const temporary = `${directory}/${name}.new`;
  if (disk.list(directory).includes(`${name}.new`)) disk.remove(temporary);
  const file = disk.open(temporary, "create");
  const taken = disk.append(file, bytes, 0, bytes.length);
  const synced = disk.sync(file);
  disk.close(file);
  if (taken !== bytes.length || synced < 0) throw new DiskError("FAILED", failure);
  disk.rename(temporary, `${directory}/${name}`);
  disk.syncDirectory(directory);
}
