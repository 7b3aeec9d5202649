import type { Gateway } from "../execution/gateways/index.ts";
import { ReconcileState } from "../execution/reconcile/index.ts";
import type { BuiltLane } from "../lane/index.ts";

/**
 * Why nobody may arm, for the venue of an instrument or, where that is null, for all venues; null where all that can be asked have been
 * and agree.
 */
export function reconcileRefusal(
  { lane, configuration, instruments }: BuiltLane,
  instrument: number | null,
): string | null {
  const { reconciler } = lane.parts;
  for (const [venue, { name }] of configuration.venues.entries()) {
    const isConcerned = instrument === null || instruments.venue[instrument] === venue;
    const state = reconciler.rounds.state[venue];
    if (!isConcerned || state === ReconcileState.RECONCILED) continue;
    // A break may also be between the two computations of this host's own positions: there no venue has to be asked.
    if (state === ReconcileState.BROKEN)
      return `SANDPIT_NOT_RECONCILED: ${name} and this host, or the host's two computations, say different things; \`sandpit reconcile\` lists what, and accepts it with a reason`;
    if (!reconciler.isAskable(venue)) continue;
    const doubts = reconciler.rounds.doubts[venue] ?? 0;
    const why =
      reconciler.rounds.lineUp[venue] === 0
        ? "its order line is down"
        : doubts > 0
          ? `${doubts} doubts are being resolved`
          : "it is being asked";
    return `SANDPIT_NOT_RECONCILED: ${name} is not reconciled: ${why}; \`sandpit reconcile\` shows how far it is`;
  }
  return null;
}

/** Why nobody may arm the account, by what gateways and venues say; null where nothing speaks against it. */
export function venueRefusal(built: BuiltLane, gateways: readonly Gateway[]): string | null {
  for (const { armRefusal } of gateways)
    if (armRefusal !== undefined && armRefusal !== null) return armRefusal;
  return reconcileRefusal(built, null);
}
