import { SnapshotReader } from "./snapshot-reader";
import { SnapshotWriter } from "./snapshot-writer";
import { keptStateful, rehearsalStateful, Stateful } from "./stateful";

const writer: SnapshotWriter = new SnapshotWriter();
const reader: SnapshotReader = new SnapshotReader();

/** The module's export `snapshot`, of the manifest's version: returns the bytes written to the outbox. */
export function writeState(version: u32): i32 {
  writer.open();
  keptStateful().snapshot(writer);
  return writer.close(version);
}

/**
 * The module's export `restore`: returns 0, or why the snapshot in the inbox is refused. It is read twice, first into a plugin that nobody uses:
 * one that is refused has changed nothing of the other.
 */
export function readState(lengthBytes: u32, restores: StaticArray<u32>): i32 {
  const refusal = readInto(rehearsalStateful(), lengthBytes, restores);
  return refusal != 0 ? refusal : readInto(keptStateful(), lengthBytes, restores);
}

function readInto(plugin: Stateful, lengthBytes: u32, restores: StaticArray<u32>): i32 {
  reader.open(lengthBytes, restores);
  if (reader.isSound) plugin.restore(reader, reader.version);
  return reader.close();
}
