import type { BuiltLane, Lane } from "../lane/index.ts";
import type { Clock, Timers } from "../platform/index.ts";
import type { PlacedSource } from "./placement/index.ts";
import type { RestartBreaker } from "./restart-breaker.ts";
import type { WriteBehind } from "./write-behind.ts";

/** What a session is made of; the same for a live host and a backtest. */
export interface SessionParts {
  readonly built: BuiltLane;
  /** The session's time: what the lane decides by. */
  readonly clock: Clock;
  /** Measures latencies: the same clock in live trading, a real one in a backtest. */
  readonly stopwatch: Clock;
  readonly timers: Timers;
  readonly onNotice: (level: "info" | "warn" | "error", text: string) => void;
  /** Called after every step that took a market frame, with the lane as it then is. Left out in live trading. */
  readonly onStep?: (lane: Lane) => void;
  /** Writes what no order waits for; left out in a backtest, whose time costs nothing and whose journal nobody is killed over. */
  readonly writeBehind?: WriteBehind;
  /** Plugins on threads of their own; left out where there are none. */
  readonly placed?: PlacedSource & { listen(): void };
  /** [C11] Counts starts; left out where a start is no sign of trouble. */
  readonly restarts?: RestartBreaker | null;
}
