import type { Disk, DiskFile } from "../../host/platform/disk/index.ts";

/** A disk whose files are read whole when they are opened: reading on from memory allocates nothing, unlike the file system's calls. */
export function loadedDisk(disk: Disk): Disk {
  const contents = new Map<DiskFile, Buffer>();
  const load = (file: DiskFile): Buffer => {
    const known = contents.get(file);
    if (known !== undefined) return known;
    const bytes = Buffer.alloc(disk.sizeBytes(file));
    disk.readAt(file, bytes, 0, bytes.length, 0);
    contents.set(file, bytes);
    return bytes;
  };
  const proxy = Object.create(disk) as Disk;
  proxy.readAt = (file, target, offsetBytes, lengthBytes, position) => {
    const bytes = load(file);
    const end = Math.min(position + lengthBytes, bytes.length);
    return end <= position ? 0 : bytes.copy(target, offsetBytes, position, end);
  };
  proxy.close = (file) => {
    contents.delete(file);
    disk.close(file);
  };
  return proxy;
}
