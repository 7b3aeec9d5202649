import { OrdStatus } from "../../abi/host/index.ts";
import type { BuiltLane } from "../lane/index.ts";

const NS_PER_SECOND = 1e9;

/** [V13] What waits at a venue that has limited this host. */
export interface VenueWait {
  /** Until it is sent a new order again, seconds; 0: at once. */
  readonly ordersSeconds: number;
  /** Until it is sent a cancel again, seconds; 0: at once. Only a venue that has limited a cancel is not asked for the next ones. */
  readonly cancelsSeconds: number;
  /** Open orders that are to go and for which no cancel is on its way: each leaves at its time, without being asked for again. */
  readonly cancelsWaiting: number;
}

/** By venue index. */
export function venueWaitsOf({ lane, configuration, orders, instruments }: BuiltLane): readonly VenueWait[] {
  const { hold, pace } = lane.parts.orders;
  const { open, columns } = orders;
  const waiting = configuration.venues.map(() => 0);
  for (const slot of open.slots.subarray(0, open.count)) {
    const venue = instruments.venue[columns.instrument[slot] ?? 0] ?? 0;
    const isOnItsWay =
      columns.cancelRequestId[slot] !== 0 || columns.status[slot] === OrdStatus.PENDING_CANCEL;
    if (pace.wanted[slot] === 1 && !isOnItsWay) waiting[venue] = (waiting[venue] ?? 0) + 1;
  }
  return configuration.venues.map((_, venue) => ({
    ordersSeconds: hold.ordersHeldNs(venue) / NS_PER_SECOND,
    cancelsSeconds: hold.cancelsHeldNs(venue) / NS_PER_SECOND,
    cancelsWaiting: waiting[venue] ?? 0,
  }));
}
