import { getHeapStatistics } from "node:v8";
import { JournalledModules } from "../../host/control/journalled-modules.ts";
import { NullJournal } from "../../host/control/null-journal.ts";
import { isInput, stepRecord } from "../../host/control/replay-step.ts";
import { readConfigurationRecord } from "../../host/control/session-records.ts";
import type { JournalIdentity, JournalReader } from "../../host/journal/index.ts";
import { inspectJournal, readJournal, RecordType } from "../../host/journal/index.ts";
import type { BuiltLane, Lane } from "../../host/lane/index.ts";
import { buildLane, LaneCounter } from "../../host/lane/index.ts";
import type { Disk } from "../../host/platform/disk/index.ts";
import { loadedDisk } from "./loaded-disk.ts";

/** Inputs between two looks at the heap. */
const INTERVAL_INPUTS = 4096;
/** The first part of a run compiles what it runs; that is no allocation of the steps. */
const WARM_SHARE = 0.25;
const INTERVALS_MIN = 8;
const MILLION = 1e6;
const PASSES_MAX = 3;
/** Below it nothing of the steps is left, only what looking costs. */
const BYTES_SETTLED = 16_384;

export interface LaneMeasurement {
  readonly inputs: number;
  /** Of the second half of the inputs, in steps of the lane alone. */
  readonly inputsPerSecond: number;
  /** Null where the session is too short to tell the steps' own allocation from that of compiling them. */
  readonly bytesAllocatedPerMillionEvents: number | null;
}

/**
 * Gives a session's journalled inputs to a lane once more, with nothing else about, and looks at the heap's growth in between.
 * Intervals in which the collector ran are left out: there the heap shrinks. Code that is not compiled yet boxes its doubles, so the
 * pass is repeated until the growth has settled; what is reported is the last.
 */
export function measureLane(
  disk: Disk,
  directory: string,
  identity: JournalIdentity,
  epoch: number,
): LaneMeasurement {
  const loaded = loadedDisk(disk);
  let last = measurePass(loaded, directory, identity, epoch);
  for (let pass = 1; pass < PASSES_MAX; pass++) {
    const bytes = last.bytesAllocatedPerMillionEvents;
    if (bytes === null || bytes <= BYTES_SETTLED) break;
    last = measurePass(loaded, directory, identity, epoch);
  }
  return last;
}

function measurePass(
  disk: Disk,
  directory: string,
  identity: JournalIdentity,
  epoch: number,
): LaneMeasurement {
  const reader = readJournal(disk, directory, inspectJournal(disk, directory, identity));
  try {
    const modules = new JournalledModules();
    return new Pass(reader, buildJournalledLane(reader, epoch, modules), modules, epoch).run();
  } finally {
    reader.close();
  }
}

function buildJournalledLane(reader: JournalReader, epoch: number, modules: JournalledModules): BuiltLane {
  const { record } = reader;
  while (reader.next()) {
    if (record.epoch !== epoch) continue;
    const payload = record.bytes.subarray(record.payloadOffset, record.payloadOffset + record.payloadBytes);
    if (record.type === RecordType.CONFIGURATION)
      return buildLane(readConfigurationRecord(payload).lane, modules.byName, new NullJournal());
    if (record.type === RecordType.PLUGIN) modules.take(payload);
  }
  throw new Error(`the journal has no session of epoch ${epoch}; measure the one that was just written`);
}

class Pass {
  private readonly reader: JournalReader;
  private readonly built: BuiltLane;
  private readonly modules: JournalledModules;
  private readonly epoch: number;
  private readonly growth: { readonly bytes: number; readonly events: number }[] = [];
  private inputs = 0;
  private stepMs = 0;

  constructor(reader: JournalReader, built: BuiltLane, modules: JournalledModules, epoch: number) {
    this.reader = reader;
    this.built = built;
    this.modules = modules;
    this.epoch = epoch;
  }

  run(): LaneMeasurement {
    let isMore = true;
    while (isMore) {
      const eventsBefore = marketEvents(this.built.lane);
      const startMs = performance.now();
      // Two looks with nothing between them tell what looking itself leaves on the heap.
      const bytesFirst = getHeapStatistics().used_heap_size;
      const bytesBefore = getHeapStatistics().used_heap_size;
      isMore = this.interval();
      const bytes = getHeapStatistics().used_heap_size - bytesBefore - (bytesBefore - bytesFirst);
      this.stepMs += performance.now() - startMs;
      this.growth.push({ bytes, events: marketEvents(this.built.lane) - eventsBefore });
    }
    return {
      inputs: this.inputs,
      inputsPerSecond: Math.round((this.inputs / this.stepMs) * 1000),
      bytesAllocatedPerMillionEvents: this.bytesPerMillion(),
    };
  }

  /** False when the session has no further input. */
  private interval(): boolean {
    const { reader, built, modules, epoch } = this;
    const { record } = reader;
    for (let taken = 0; taken < INTERVAL_INPUTS;) {
      if (!reader.next() || record.epoch !== epoch) return false;
      if (record.type === RecordType.PLUGIN)
        modules.take(record.bytes.subarray(record.payloadOffset, record.payloadOffset + record.payloadBytes));
      if (!isInput(record)) continue;
      stepRecord(built, record, modules);
      taken += 1;
      this.inputs += 1;
    }
    return true;
  }

  /** The middle one of the intervals' rates: it holds what every interval allocates, orders among it, and not what a compilation did. */
  private bytesPerMillion(): number | null {
    const rates = this.growth
      .slice(Math.floor(this.growth.length * WARM_SHARE))
      .filter(({ bytes, events }) => bytes > -INTERVAL_INPUTS && events > 0)
      .map(({ bytes, events }) => (Math.max(0, bytes) / events) * MILLION)
      .sort((one, other) => one - other);
    const middle = rates[Math.floor(rates.length / 2)];
    return middle === undefined || rates.length < INTERVALS_MIN ? null : Math.round(middle);
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
