import type { Disk } from "../platform/disk/index.ts";
import { DiskError } from "../platform/disk/index.ts";
import { crc32c } from "./crc32c.hot.ts";
import { JournalError } from "./journal-error.ts";

/*
 Each boot takes an epoch that no boot before it had: client order ids are epoch and number, so no id returns. Two files, EPOCH-0 and EPOCH-1,
 take turns by the lowest bit of the epoch; each is replaced whole by a rename:

    0  u8[8]  magic "SANDPITE"
    8  u32    epoch, 1 … 2^32 - 1
   12  u32    crc32c over bytes 0 … 11
*/
const MAGIC = Buffer.from("SANDPITE", "latin1");
const FILE_BYTES = 16;
const EPOCH_MAX = 0xffffffff;
const SLOTS = [0, 1] as const;

/**
 * Takes the next boot epoch: above both files, above `floor` (the highest epoch that the journal, a replica or an order at a venue shows), on stable storage before
 * it returns. A damaged file may have held the epoch after the other's, so that one is skipped. Throws JournalError where both are damaged: then only a
 * person knows the epochs used. Call with the journal's lock held.
 */
export function takeBootEpoch(disk: Disk, directory: string, floor: number): number {
  const names = disk.list(directory);
  const slots = SLOTS.map((slot) => readSlot(disk, directory, names, slot));
  const damaged = slots.filter((epoch) => epoch < 0).length;
  if (damaged === SLOTS.length) {
    throw new JournalError(
      "EPOCH_DAMAGED",
      `journal: both epoch files in ${directory} are damaged; remove them and pass a floor above every epoch used`,
    );
  }
  const epoch = Math.max(floor, ...slots) + 1 + damaged;
  if (epoch > EPOCH_MAX) {
    throw new JournalError(
      "EPOCH_EXHAUSTED",
      `journal: epoch ${epoch} in ${directory} exceeds ${EPOCH_MAX}; begin a new account prefix`,
    );
  }
  writeSlot(disk, directory, names, epoch);
  return epoch;
}

/** The epoch in a slot, 0 where there is no file, -1 where it is damaged. */
function readSlot(disk: Disk, directory: string, names: readonly string[], slot: number): number {
  const name = `EPOCH-${slot}`;
  if (!names.includes(name)) return 0;
  const file = disk.open(`${directory}/${name}`, "read");
  const bytes = Buffer.alloc(FILE_BYTES);
  const isWhole =
    disk.sizeBytes(file) === FILE_BYTES && disk.readAt(file, bytes, 0, FILE_BYTES, 0) === FILE_BYTES;
  disk.close(file);
  if (!isWhole || bytes.compare(MAGIC, 0, 8, 0, 8) !== 0 || bytes.readInt32LE(12) !== crc32c(bytes, 0, 12))
    return -1;
  return bytes.readUInt32LE(8);
}

function writeSlot(disk: Disk, directory: string, names: readonly string[], epoch: number): void {
  const bytes = Buffer.alloc(FILE_BYTES);
  MAGIC.copy(bytes);
  bytes.writeUInt32LE(epoch, 8);
  bytes.writeInt32LE(crc32c(bytes, 0, 12), 12);
  const temporary = `${directory}/EPOCH.new`;
  if (names.includes("EPOCH.new")) disk.remove(temporary);
  const file = disk.open(temporary, "create");
  const taken = disk.append(file, bytes, 0, FILE_BYTES);
  const synced = disk.sync(file);
  disk.close(file);
  if (taken !== FILE_BYTES || synced < 0) {
    throw new DiskError(
      "FAILED",
      `journal: the boot epoch ${epoch} cannot be written in ${directory}; check space and device`,
    );
  }
  disk.rename(temporary, `${directory}/EPOCH-${epoch & 1}`);
  disk.syncDirectory(directory);
}
