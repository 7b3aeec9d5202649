import type { Disk, DiskFile } from "../../platform/disk/index.ts";
import { DiskCode, DiskError } from "../../platform/disk/index.ts";
import { auditArguments, auditText } from "./audit-arguments.ts";
import { AuditError } from "./audit-error.ts";
import { examineAudit, isUsable } from "./audit-examination.ts";
import type { AuditExamination } from "./audit-examination.ts";
import { AUDIT_HEAD, AUDIT_LOG, headBytes, readHead, writeHead } from "./audit-files.ts";
import type { AuditEntry, AuditRecord } from "./audit-record.ts";
import { AUDIT_LINE_BYTES_MAX, auditLine, chainRecord } from "./audit-record.ts";

/** Kept in memory for those who ask for the tail; 4 MiB at the longest. */
export const AUDIT_TAIL_MAX = 256;

/** An entry as it is asked for; its texts and arguments are cleaned here. */
export interface AuditNote extends Omit<AuditEntry, "arguments"> {
  readonly arguments: Readonly<Record<string, unknown>>;
}

/**
 * The log of what operators did: only appended to, each record chained to the one before and on stable storage when the promise of `append`
 * resolves. Three syncs are needed for that, of the log, of the head and of the head's name: half a millisecond to several, in which a thread that trades goes
 * on. The records are written one after the other, since the head may lie one behind and no more. One process at a time: its directory lies in the journal's, whose lock holds both.
 */
export class AuditLog {
  /** How the log was found at the start. */
  readonly examination: AuditExamination;
  private readonly disk: Disk;
  private readonly directory: string;
  private readonly file: DiskFile;
  private readonly last: AuditRecord[];
  private readonly listeners = new Set<(record: AuditRecord) => void>();
  private sequence: number;
  private lastHash: string;
  private failure: AuditError | null = null;
  /** Settles when everything asked for so far is written, or has failed. */
  private written: Promise<unknown> = Promise.resolve();

  private constructor(
    disk: Disk,
    directory: string,
    found: { readonly examination: AuditExamination; readonly file: DiskFile; readonly last: AuditRecord[] },
  ) {
    this.disk = disk;
    this.directory = directory;
    this.examination = found.examination;
    this.file = found.file;
    this.last = found.last;
    this.sequence = found.examination.records;
    this.lastHash = found.examination.lastHash;
  }

  /**
   * Opens the log of a directory, or begins one. Cuts a torn tail off. Throws AuditError when the chain does not hold: then only a person
   * can say what happened; and DiskError.
   */
  static open(disk: Disk, directory: string): AuditLog {
    disk.makeDirectory(directory);
    const last: AuditRecord[] = [];
    const examination = examineAudit(disk, directory, (record) => {
      keep(last, record);
    });
    if (!isUsable(examination))
      throw new AuditError("SANDPIT_AUDIT_REFUSED", `audit: ${examination.message} (${examination.verdict})`);
    const path = `${directory}/${AUDIT_LOG}`;
    const isThere = disk.list(directory).includes(AUDIT_LOG);
    const file = disk.open(path, isThere ? "append" : "create");
    if (examination.tailBytes > 0) disk.truncate(file, examination.wholeBytes);
    settle(disk, directory, file, examination);
    return new AuditLog(disk, directory, { examination, file, last });
  }

  /** Null while records can be written. Once a write failed, what reached the disk is unknown: the log takes no more. */
  get refusal(): AuditError | null {
    return this.failure;
  }

  /** Number and hash of the last record: keep it elsewhere, and nobody can rewrite what lies before it. */
  get head(): { readonly sequence: number; readonly hash: string } {
    return { sequence: this.sequence, hash: this.lastHash };
  }

  /** Writes a record and syncs it, after those before it. Rejects with AuditError when it cannot; every later call then does too. */
  append(note: AuditNote): Promise<AuditRecord> {
    const appended = this.written.then(() => this.write(cleaned(note)));
    this.written = appended.catch(() => undefined);
    return appended;
  }

  /** The last records, oldest first. */
  tail(count: number): readonly AuditRecord[] {
    return this.last.slice(Math.max(0, this.last.length - count));
  }

  /** Calls with each record once it is synced; returns how to stop. */
  onRecord(listener: (record: AuditRecord) => void): () => void {
    this.listeners.add(listener);
    return () => {
      this.listeners.delete(listener);
    };
  }

  /** After the last record that was asked for. */
  async close(): Promise<void> {
    await this.written;
    this.disk.close(this.file);
    this.failure ??= new AuditError("SANDPIT_AUDIT_UNAVAILABLE", "the audit log is closed: the host stops");
  }

  private async write(entry: AuditEntry): Promise<AuditRecord> {
    if (this.failure !== null) throw this.failure;
    const record = chainRecord(entry, this.sequence + 1, this.lastHash);
    try {
      await this.store(record);
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      this.failure = new AuditError(
        "SANDPIT_AUDIT_UNAVAILABLE",
        `the audit log cannot be written (${reason}); free space or repair the device, then restart the host`,
        { cause },
      );
      throw this.failure;
    }
    this.sequence = record.sequence;
    this.lastHash = record.hash;
    keep(this.last, record);
    for (const listener of this.listeners) listener(record);
    return record;
  }

  private async store(record: AuditRecord): Promise<void> {
    const line = auditLine(record);
    if (line.length > AUDIT_LINE_BYTES_MAX) throw new RangeError(`a record of ${line.length} bytes`);
    for (let written = 0; written < line.length;) {
      const taken = this.disk.append(this.file, line, written, line.length - written);
      if (taken > 0) written += taken;
      else if (taken !== DiskCode.AGAIN)
        throw new DiskError(
          taken === DiskCode.FULL ? "FULL" : "FAILED",
          `audit: append answers ${taken} in ${this.directory}`,
        );
    }
    if ((await this.disk.syncBehind(this.file)) < 0)
      throw new DiskError("FAILED", `audit: sync failed in ${this.directory}`);
    await this.disk.replaceBehind(`${this.directory}/${AUDIT_HEAD}`, headBytes(record));
  }
}

/** After the walk everything kept is made stable, and the head brought up to it. */
function settle(
  disk: Disk,
  directory: string,
  file: DiskFile,
  { records, lastHash }: AuditExamination,
): void {
  if (disk.sync(file) < 0) throw new DiskError("FAILED", `audit: sync failed in ${directory}`);
  const head = readHead(disk, directory);
  if (records > 0 && (head === null || head === "DAMAGED" || head.sequence < records))
    writeHead(disk, directory, { sequence: records, hash: lastHash });
  disk.syncDirectory(directory);
}

function cleaned(note: AuditNote): AuditEntry {
  return {
    timeMs: note.timeMs,
    actor: auditText(note.actor),
    role: auditText(note.role),
    action: auditText(note.action),
    arguments: auditArguments(note.arguments),
    outcome: note.outcome,
  };
}

function keep(last: AuditRecord[], record: AuditRecord): void {
  last.push(record);
  if (last.length > AUDIT_TAIL_MAX) last.shift();
}
