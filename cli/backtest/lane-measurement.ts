import { getHeapStatistics } from "node:v8";
import { NullJournal } from "../../host/control/null-journal.ts";
import { isInput, stepRecord } from "../../host/control/replay-step.ts";
import { readConfigurationRecord, readPluginRecord } from "../../host/control/session-records.ts";
import type { JournalIdentity, JournalReader } from "../../host/journal/index.ts";
import { inspectJournal, readJournal, RecordType } from "../../host/journal/index.ts";
import type { Lane } from "../../host/lane/index.ts";
import { buildLane, LaneCounter } from "../../host/lane/index.ts";
import type { Disk } from "../../host/platform/disk/index.ts";

/** Inputs between two looks at the heap. */
const INTERVAL_INPUTS = 512;
/** The first part of a run compiles what it runs; that is no allocation of the steps. */
const WARM_SHARE = 0.25;
const INTERVALS_MIN = 16;
const MILLION = 1e6;

export interface LaneMeasurement {
  readonly inputs: number;
  /** Of the second half of the inputs, in steps of the lane alone. */
  readonly inputsPerSecond: number;
  /** Null where the session is too short to tell the steps' own allocation from that of compiling them. */
  readonly bytesAllocatedPerMillionEvents: number | null;
}

/**
 * Gives a session's journalled inputs to a lane once more, with nothing else about, and looks at the heap's growth in between.
 * Intervals in which the collector ran are left out: there the heap shrinks.
 */
export function measureLane(
  disk: Disk,
  directory: string,
  identity: JournalIdentity,
  epoch: number,
): LaneMeasurement {
  const reader = readJournal(disk, directory, inspectJournal(disk, directory, identity));
  try {
    const lane = buildJournalledLane(reader, epoch);
    return new Pass(reader, lane, epoch).run();
  } finally {
    reader.close();
  }
}

function buildJournalledLane(reader: JournalReader, epoch: number): Lane {
  const { record } = reader;
  const modules = new Map<string, Uint8Array>();
  while (reader.next()) {
    if (record.epoch !== epoch) continue;
    const payload = record.bytes.subarray(record.payloadOffset, record.payloadOffset + record.payloadBytes);
    if (record.type === RecordType.CONFIGURATION)
      return buildLane(readConfigurationRecord(payload).lane, modules, new NullJournal()).lane;
    if (record.type !== RecordType.PLUGIN) continue;
    const { name, bytes } = readPluginRecord(payload);
    modules.set(name, bytes);
  }
  throw new Error(`the journal has no session of epoch ${epoch}; measure the one that was just written`);
}

class Pass {
  private readonly reader: JournalReader;
  private readonly lane: Lane;
  private readonly epoch: number;
  private readonly growth: { readonly bytes: number; readonly events: number }[] = [];
  private inputs = 0;
  private stepMs = 0;

  constructor(reader: JournalReader, lane: Lane, epoch: number) {
    this.reader = reader;
    this.lane = lane;
    this.epoch = epoch;
  }

  run(): LaneMeasurement {
    const overhead = overheadBytes();
    let isMore = true;
    while (isMore) {
      const eventsBefore = marketEvents(this.lane);
      const startMs = performance.now();
      const bytesBefore = getHeapStatistics().used_heap_size;
      isMore = this.interval();
      const bytes = getHeapStatistics().used_heap_size - bytesBefore - overhead;
      this.stepMs += performance.now() - startMs;
      this.growth.push({ bytes, events: marketEvents(this.lane) - eventsBefore });
    }
    return {
      inputs: this.inputs,
      inputsPerSecond: Math.round((this.inputs / this.stepMs) * 1000),
      bytesAllocatedPerMillionEvents: this.bytesPerMillion(),
    };
  }

  /** False when the session has no further input. */
  private interval(): boolean {
    const { reader, lane, epoch } = this;
    const { record } = reader;
    for (let taken = 0; taken < INTERVAL_INPUTS;) {
      if (!reader.next() || record.epoch !== epoch) return false;
      if (!isInput(record)) continue;
      stepRecord(lane, record);
      taken += 1;
      this.inputs += 1;
    }
    return true;
  }

  private bytesPerMillion(): number | null {
    const warm = this.growth
      .slice(Math.floor(this.growth.length * WARM_SHARE))
      .filter(({ bytes, events }) => bytes > -INTERVAL_INPUTS && events > 0);
    const bytes = warm.reduce((sum, interval) => sum + Math.max(0, interval.bytes), 0);
    const events = warm.reduce((sum, interval) => sum + interval.events, 0);
    return warm.length < INTERVALS_MIN ? null : Math.round((bytes / events) * MILLION);
  }
}

/** Market records that a lane has decoded and handled, whatever became of them. */
export function marketEvents(lane: Lane): number {
  const cells = [
    LaneCounter.QUOTES,
    LaneCounter.QUOTES_OLD,
    LaneCounter.QUOTES_REFUSED,
    LaneCounter.TRADES,
    LaneCounter.TRADES_REFUSED,
    LaneCounter.BOOK_DELTAS,
  ];
  return cells.reduce((sum, cell) => sum + (lane.counters[cell] ?? 0), 0);
}

/** What looking itself leaves on the heap. */
function overheadBytes(): number {
  const looks = Array.from({ length: 9 }, () => {
    const before = getHeapStatistics().used_heap_size;
    return getHeapStatistics().used_heap_size - before;
  });
  return looks.sort((a, b) => a - b)[4] ?? 0;
}
