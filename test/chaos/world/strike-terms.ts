import type { Dice } from "./dice.ts";
import type { FaultKind } from "./fault-kind.ts";
import type { StrikePlace } from "./strikes.ts";

const NS_PER_SECOND = 1e9;
const MS_PER_SECOND = 1e3;

/** How a venue's own faults strike. */
export type VenueStrikes<Venue> = Readonly<
  Partial<Record<FaultKind, (venue: Venue, place: StrikePlace) => void>>
>;

/** 1 to `most`, as a person types it. */
export function some(dice: Dice, most: number): string {
  return String(1 + dice.index(most));
}

/** A time between two numbers of seconds, in milliseconds, as a person types it. */
export function milliseconds(dice: Dice, low: number, high: number): string {
  return String(Math.round(dice.between(low, high) * MS_PER_SECOND));
}

/** What began now ends after 2 to 20 s. Windows of one kind may overlap: the first end ends all. */
export function forAWhile({ dice, later }: StrikePlace, end: () => void): void {
  later(dice.between(2, 20) * NS_PER_SECOND, end);
}
