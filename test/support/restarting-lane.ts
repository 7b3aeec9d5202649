import { applyOpening, readJournalOpening } from "../../host/control/opening/index.ts";
import type { Opening } from "../../host/control/opening/index.ts";
import { writeSessionStart } from "../../host/control/session-records.ts";
import type { JournalWriter, Recovery } from "../../host/journal/index.ts";
import { openLocalJournal, Progress } from "../../host/journal/index.ts";
import type { LaneConfiguration, PluginModules } from "../../host/lane/index.ts";
import { DIRECTORY, journalStart } from "./journal-fixture.ts";
import { LaneUnderTest } from "./lane-under-test.ts";
import { ScriptedJournal } from "./scripted-journal.ts";
import { SimDisk } from "./sim-disk.ts";
import { listedChooser } from "./sim-inode.ts";

/** Sizes that a lane's first records fit into: a module of a puppet is some 10 KiB. */
const OPTIONS = { batchBytes: 1 << 20, payloadBytesMax: 1 << 20, urgentBytes: 1 << 20, reserveBytes: 0 };

/** What the system has been given outlives the process. */
const keepingChooser = listedChooser([], 0);

/** Keeps what is appended for a test to look at, and passes it on to a journal on a disk. */
export class KeptJournal extends ScriptedJournal {
  private readonly inner: JournalWriter;
  /** Records that are still let through to the disk: the process dies in the middle of its work. */
  lettersLeft: number = Number.POSITIVE_INFINITY;

  constructor(inner: JournalWriter) {
    super();
    this.inner = inner;
  }

  /** Number of the last record on the disk's side. */
  get sequence(): number {
    return this.inner.progress[Progress.LAST] ?? 0;
  }

  override append(...record: Parameters<JournalWriter["append"]>): number {
    super.append(...record);
    if (this.lettersLeft <= 0) return 0;
    this.lettersLeft -= 1;
    return this.inner.append(...record);
  }

  override appendUrgent(...record: Parameters<JournalWriter["appendUrgent"]>): number {
    super.appendUrgent(...record);
    if (this.lettersLeft <= 0) return 0;
    this.lettersLeft -= 1;
    return this.inner.appendUrgent(...record);
  }

  override commit(): number {
    super.commit();
    return this.inner.commit();
  }
}

/** A start of the lane from its journal. */
export interface StartedLane {
  readonly under: LaneUnderTest;
  readonly journal: KeptJournal;
  readonly opening: Opening;
  /** What the start found. */
  readonly recovery: Recovery;
  /** What this configuration had no place for. */
  readonly left: readonly string[];
}

/** A lane whose journal is on a disk in memory, so that it can die and be started again. */
export class RestartingLane {
  readonly disk: SimDisk;
  private readonly modules: PluginModules;

  constructor(modules: PluginModules, disk: SimDisk = new SimDisk()) {
    this.modules = modules;
    this.disk = disk;
  }

  /** As the host does it: recover, read what was left, build, seed, write down. */
  start(changes: Partial<LaneConfiguration> = {}): StartedLane {
    const { modules, disk } = this;
    const { journal: local, prepared } = openLocalJournal(
      disk,
      journalStart({ options: OPTIONS }),
      "process",
    );
    const journal = new KeptJournal(local);
    const under = new LaneUnderTest(modules, { ...changes, epoch: prepared.session.epoch }, {}, journal);
    const opening = readJournalOpening(disk, DIRECTORY, prepared.recovery);
    const left = applyOpening(under.built, opening);
    writeSessionStart(journal, { configuration: under.built.configuration, modules, opening });
    return { under, journal, opening, recovery: prepared.recovery, left };
  }

  /** The process dies: what it had written to the system stays. With a lane, after everything up to then was written. */
  kill(written?: StartedLane): void {
    written?.journal.commit();
    this.disk.crash(keepingChooser);
  }
}
