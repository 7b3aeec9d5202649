export { AppendFile } from "./append-file.ts";
export type { Disk, DiskFile, DiskLock, OpenMode } from "./disk.ts";
export { DiskCode } from "./disk.ts";
export type { DiskErrorCode } from "./disk-error.ts";
export { DiskError } from "./disk-error.ts";
export { NodeDisk } from "./node-disk.ts";
export { replaceFile } from "./replace-file.ts";
