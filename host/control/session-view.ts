import type { BuiltLane } from "../lane/index.ts";
import type { JournalWriter } from "../journal/index.ts";
import type { SignerState } from "../execution/signer/index.ts";
import type { PlacedPlugins } from "./placement/index.ts";
import type { PositionWatch } from "./position-check/index.ts";
import type { TradingSession } from "./trading-session.ts";

/** What those who only look at a session are given. They read typed arrays that the lane writes, and write none. */
export interface SessionView {
  readonly built: BuiltLane;
  readonly session: TradingSession;
  readonly journal: JournalWriter;
  /** Absent where a key in this process signs: in simulations within one process. */
  readonly signerState?: SignerState | undefined;
  /** Plugins on threads of their own; left out where every plugin runs in the lane. */
  readonly placed?: PlacedPlugins;
  /** The second computation of positions; left out where the session is in virtual time, and compared at its end. */
  readonly positions?: PositionWatch;
}
