/** How a run of tests ended. */
export interface Verdict {
  passed: number;
  failed: number;
  skipped: number;
}

/** The line that a reader, and a program, looks for at the end of a run. */
export function verdictLine({ passed, failed, skipped }: Verdict): string {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}

/** A run that ran nothing has proven nothing. */
export function isSuccess({ passed, failed }: Verdict): boolean {
  return failed === 0 && passed > 0;
}

/** Two runs as one. */
export function sumOf(one: Verdict, other: Verdict): Verdict {
  return {
    passed: one.passed + other.passed,
    failed: one.failed + other.failed,
    skipped: one.skipped + other.skipped,
  };
}
