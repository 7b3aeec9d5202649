/**
 * Places at which a host can be made to die, for tests that kill it where it hurts: before and after each step by which an order
 * becomes known to the venue, to the journal, and to the lane.
 */
export const Failpoint = {
  /** an input is about to be journalled for the first time */
  INPUT_TAKEN: 1,
  /** an intent is in the journal's buffer, and not yet committed */
  INTENT_APPENDED: 2,
  /** the step is committed, and nothing of it has left */
  INTENT_COMMITTED: 3,
  /** an order's bytes were handed to the socket */
  ORDER_SENT: 4,
  /** the answer to an order is decoded, and not yet applied */
  ACK_RECEIVED: 5,
  /** the answer to an order is applied */
  ACK_APPLIED: 6,
  /** a fill is applied to its order, and not yet to the position */
  FILL_RECEIVED: 7,
  /** a fill is applied and journalled */
  FILL_APPLIED: 8,
  /** what earlier sessions left is read, and not yet written down for this one */
  OPENING_FOLDED: 9,
  /** what earlier sessions left is written down */
  OPENING_WRITTEN: 10,
  /** a question of a reconciliation is about to leave */
  RECONCILE_ASKED: 11,
  /** an answer to a reconciliation has been applied */
  RECONCILE_ANSWERED: 12,
  /** a venue is reconciled, and nobody has been told */
  RECONCILED: 13,
} as const;
export type Failpoint = (typeof Failpoint)[keyof typeof Failpoint];

/** The variable that names one, as `order-sent` or, to die there the third time, `order-sent:3`. */
export const FAILPOINT_VARIABLE = "SANDPIT_FAILPOINT";

/** A failpoint that cannot be armed. */
export class FailpointError extends Error {
  readonly code = "SANDPIT_FAILPOINT";
  override readonly name = "FailpointError";
}

const NONE = 0;
const COUNT_MAX = 1_000_000;
const state: { armed: number; passesLeft: number; die: () => void } = {
  armed: NONE,
  passesLeft: 0,
  die: killProcess,
};

/** Dies here if this place is the armed one and its count is up. One comparison where nothing is armed. */
export function failpoint(place: Failpoint): void {
  if (state.armed !== place) return;
  state.passesLeft -= 1;
  if (state.passesLeft > 0) return;
  state.armed = NONE;
  state.die();
}

/** The names of all places, as the variable spells them. */
export function failpointNames(): string[] {
  return Object.keys(Failpoint).map((name) => name.toLowerCase().replaceAll("_", "-"));
}

/**
 * Arms what the text names; undefined or an empty text arms nothing. Throws FailpointError for a name that does not exist, and in any
 * environment but development: a host that trades real money has no place at which it may be told to die.
 */
export function armFailpoint(
  environment: string,
  text: string | undefined = process.env[FAILPOINT_VARIABLE],
  die: () => void = killProcess,
): void {
  state.armed = NONE;
  if (text === undefined || text === "") return;
  if (environment !== "development")
    throw new FailpointError(
      `${FAILPOINT_VARIABLE} is set in the environment ${environment}: it exists in development alone; unset it`,
    );
  const [name = "", count = "1"] = text.split(":");
  const place = failpointNames().indexOf(name) + 1;
  const passes = Number(count);
  if (place === NONE || !Number.isInteger(passes) || passes < 1 || passes > COUNT_MAX)
    throw new FailpointError(
      `${FAILPOINT_VARIABLE} is "${text}": name one of ${failpointNames().join(", ")}, with :n to die there the n-th time`,
    );
  state.armed = place;
  state.passesLeft = passes;
  state.die = die;
}

function killProcess(): void {
  process.kill(process.pid, "SIGKILL");
}
