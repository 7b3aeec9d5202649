/** How far this host and a venue are known to agree. */
export const ReconcileState = {
  /** not asked yet, or not all doubts are resolved: nobody may arm */
  UNRECONCILED: 0,
  RECONCILED: 1,
  /** the two say different things, and a person has to look: nobody may arm */
  BROKEN: 2,
} as const;
export type ReconcileState = (typeof ReconcileState)[keyof typeof ReconcileState];

export const ReconcileTrigger = {
  LINE_UP: 0,
  /** what happened since is unknown */
  LINE_DOWN: 1,
  /** a whole round was answered, and left no doubt and no break */
  CLEAN: 2,
  /** a whole round was answered, and left a doubt */
  DOUBT: 3,
  BREAK: 4,
  /** a person has accepted the last break, or it is there no more */
  BREAKS_OVER: 5,
} as const;
export type ReconcileTrigger = (typeof ReconcileTrigger)[keyof typeof ReconcileTrigger];
const TRIGGERS = 6;

const NEXT: Readonly<Record<string, number>> = {
  UNR: ReconcileState.UNRECONCILED,
  REC: ReconcileState.RECONCILED,
  BRK: ReconcileState.BROKEN,
};

/**
 * The decision table of a venue. A doubt that arises while all was well (an order whose answer never came) does not take the venue back: it
 * is counted at worst case, and asked about. A lost line does, since a fill may have been missed. A break outlasts lines.
 */
// oxfmt-ignore
const ROWS: readonly (readonly [number, string])[] = [
  //                                LUP LDN CLN DBT BRK OVR
  [ReconcileState.UNRECONCILED,    "UNR UNR REC UNR BRK UNR"],
  [ReconcileState.RECONCILED,      "REC UNR REC REC BRK REC"],
  [ReconcileState.BROKEN,          "BRK BRK BRK BRK BRK UNR"],
];

/** Next state for (state, trigger) at `state * 6 + trigger`. */
export const RECONCILE_TABLE: Uint8Array = compile();

function compile(): Uint8Array {
  const cells = new Uint8Array(ROWS.length * TRIGGERS);
  for (const [row, text] of ROWS)
    text.split(" ").forEach((name, trigger) => {
      const next = NEXT[name];
      if (next === undefined)
        throw new Error(`"${name}" in row ${row} of the reconcile states is no state: mend the table`);
      cells[row * TRIGGERS + trigger] = next;
    });
  return cells;
}

/** The state that follows. */
export function nextReconcileState(state: number, trigger: number): number {
  return RECONCILE_TABLE[state * TRIGGERS + trigger] ?? ReconcileState.UNRECONCILED;
}
