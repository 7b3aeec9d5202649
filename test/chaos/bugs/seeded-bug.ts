import type { VenueKind } from "../world/chaos-venue.ts";
import type { FaultKind } from "../world/fault-kind.ts";
import type { WorldAgents } from "../world/world-configuration.ts";

/** A change of one place of a source file. `find` stands there exactly once. */
export interface SourceEdit {
  /** From the repository's root. */
  readonly file: string;
  readonly find: string;
  readonly replace: string;
}

/** A mistake that is put into the host as it is loaded, to see whether the judges see it. */
export interface SeededBug {
  readonly id: string;
  readonly what: string;
  /** Judges of which one must complain. */
  readonly judges: readonly string[];
  readonly edits: readonly SourceEdit[];
  /** What must happen for it to show: mean seconds between two faults of a kind. */
  readonly faults: Readonly<Partial<Record<FaultKind, number>>>;
  /** One Binance where nothing is said. */
  readonly venues?: readonly VenueKind[];
  /** The bundled ones where nothing is said. */
  readonly agents?: WorldAgents;
}
