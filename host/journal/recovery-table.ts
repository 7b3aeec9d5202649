/** What the examination of a journal ended at. */
export type Finding = "END" | "MISSING" | "DAMAGED" | "DUPLICATE" | "GAP" | "FOREIGN" | "NEWER";

/**
 * CLEAN, TORN_TAIL: the host may start. HOLE, CORRUPT_BEFORE_SYNCED, DUPLICATE_SEQ, FOREIGN: halt, nothing was changed; repair from a replica.
 * NEWER_FORMAT: refuse to start; use the program that wrote it, or a later one.
 */
export type Verdict =
  | "CLEAN"
  | "TORN_TAIL"
  | "CORRUPT_BEFORE_SYNCED"
  | "HOLE"
  | "FOREIGN"
  | "NEWER_FORMAT"
  | "DUPLICATE_SEQ";

export type RecoveryAct = "START" | "TRUNCATE" | "HALT" | "REFUSE";

export interface RecoveryCase {
  readonly finding: Finding;
  /** Whether something proves that the place of the finding, or what followed it, had been on stable storage. */
  readonly wasSynced: boolean;
  readonly verdict: Verdict;
  readonly act: RecoveryAct;
}

const row = (finding: Finding, wasSynced: boolean, verdict: Verdict, act: RecoveryAct): RecoveryCase => ({
  finding,
  wasSynced,
  verdict,
  act,
});

/** Every finding with and without a proof of sync: what is done, and nothing else ever. */
// prettier-ignore
export const RECOVERY_TABLE: readonly RecoveryCase[] = [
  //  finding      synced  verdict                  act
  row("END",       false, "CLEAN",                 "START"   ), // The last record is whole, the file ends after it.
  row("END",       true,  "HOLE",                  "HALT"    ), // Whole records, but somebody knows of synced ones that are gone.
  row("MISSING",   false, "TORN_TAIL",             "TRUNCATE"), // Zeros or an early end: the write had not completed.
  row("MISSING",   true,  "HOLE",                  "HALT"    ), // Synced data is absent: the device or a person removed it.
  row("DAMAGED",   false, "TORN_TAIL",             "TRUNCATE"), // A torn or garbled write, or left-overs of a recycled file.
  row("DAMAGED",   true,  "CORRUPT_BEFORE_SYNCED", "HALT"    ), // Synced data has changed: nothing here can be trusted.
  row("DUPLICATE", false, "DUPLICATE_SEQ",         "HALT"    ), // No crash writes a number twice: two writers, or a copy.
  row("DUPLICATE", true,  "DUPLICATE_SEQ",         "HALT"    ),
  row("GAP",       false, "HOLE",                  "HALT"    ), // No crash closes a gap up: a record was left out or cut out.
  row("GAP",       true,  "HOLE",                  "HALT"    ),
  row("FOREIGN",   false, "FOREIGN",               "HALT"    ), // Another account, environment or chain.
  row("FOREIGN",   true,  "FOREIGN",               "HALT"    ),
  row("NEWER",     false, "NEWER_FORMAT",          "REFUSE"  ), // Intact, but of a format this program does not know.
  row("NEWER",     true,  "NEWER_FORMAT",          "REFUSE"  ),
];

/** The row for a finding. */
export function decideRecovery(finding: Finding, wasSynced: boolean): RecoveryCase {
  for (const entry of RECOVERY_TABLE)
    if (entry.finding === finding && entry.wasSynced === wasSynced) return entry;
  throw new Error(
    `journal: the recovery table has no row for ${finding}, ${wasSynced ? "synced" : "not synced"}; add it`,
  );
}
