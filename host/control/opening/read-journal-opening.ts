import type { Recovery, SegmentSpan } from "../../journal/index.ts";
import { JournalReader, RecordType } from "../../journal/index.ts";
import type { Disk } from "../../platform/disk/index.ts";
import { JournalFold } from "./journal-fold.ts";
import type { Opening } from "./opening.ts";
import { EMPTY_OPENING } from "./opening.ts";

/** How often a long fold says how far it is. */
const RECORDS_A_NOTICE = 5_000_000;

/**
 * What a recovered journal leaves to the session that is to come. It is read from the last session that wrote down what it began with, or
 * from the beginning where none did. `onProgress` is told the number of records read so far. Throws OpeningError, and Error where the
 * journal has changed since its recovery.
 */
export function readJournalOpening(
  disk: Disk,
  directory: string,
  { segments }: Recovery,
  onProgress: (records: number) => void = () => undefined,
): Opening {
  if (segments.length === 0) return EMPTY_OPENING;
  const fold = new JournalFold();
  const reader = new JournalReader(disk, directory, segments.slice(firstNeeded(disk, directory, segments)));
  let records = 0;
  try {
    while (reader.next()) {
      fold.take(reader.record);
      records += 1;
      if (records % RECORDS_A_NOTICE === 0) onProgress(records);
    }
  } finally {
    reader.close();
  }
  return fold.opening();
}

/** Place of the first segment of the last session with an OPENING record; 0 where there is none. */
function firstNeeded(disk: Disk, directory: string, segments: readonly SegmentSpan[]): number {
  for (let place = segments.length - 1; place > 0; place--) {
    const isFirst = segments[place - 1]?.epoch !== segments[place]?.epoch;
    if (isFirst && hasOpening(disk, directory, segments.slice(place))) return place;
  }
  return 0;
}

/** A session's OPENING follows its modules and its configuration. */
function hasOpening(disk: Disk, directory: string, segments: readonly SegmentSpan[]): boolean {
  const reader = new JournalReader(disk, directory, segments);
  const epoch = segments[0]?.epoch;
  try {
    while (reader.next() && reader.record.epoch === epoch) {
      const { type } = reader.record;
      if (type === RecordType.OPENING) return true;
      const isStart =
        type === RecordType.PLUGIN || type === RecordType.CONFIGURATION || type === RecordType.SYNC_MARK;
      if (!isStart) return false;
    }
  } finally {
    reader.close();
  }
  return false;
}
