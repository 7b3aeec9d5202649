import type { VenueConfiguration } from "../../host/control/configuration-shape.ts";

/** The account under which a session on paper is journalled and shown. */
export const PAPER_ACCOUNT = "paper";

/** What somebody must know of fills that nobody gave. */
export function paperNotice(venues: readonly VenueConfiguration[]): string {
  const names = venues.map(({ name }) => name).join(" and ");
  return `PAPER: market data of ${names} are live, no order leaves this machine. Fills are estimated from the live books: nobody reacts to our orders, queue positions are guessed, there is no delay to the venue, and what we take stays taken until the level changes. They flatter large orders`;
}
