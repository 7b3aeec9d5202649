import fc from "fast-check";
import { ControlAction } from "../../../host/lane/index.ts";
import type { Weighted } from "./machine-command.ts";
import { commandsOf } from "./machine-command.ts";

/** Seconds pass one by one, or many at once as in a process that was stopped; the venue's clock jumps. */
export const times: readonly Weighted[] = [
  [
    4,
    commandsOf<number>(
      { name: "pass", can: () => true, act: (machine, seconds) => machine.pass(seconds) },
      fc.constantFrom(1, 1, 2, 5, 11, 17),
    ),
  ],
  [
    1,
    commandsOf<number>(
      { name: "clock jump", can: () => true, act: (machine, seconds) => machine.jump(seconds) },
      fc.constantFrom(0.5, 3, 20, 300),
    ),
  ],
  [
    1,
    commandsOf<number>(
      {
        name: "venue clock",
        can: () => true,
        act: (machine, aheadMs) =>
          machine.input((under) => under.control(ControlAction.VENUE_CLOCK, aheadMs, 0)),
      },
      fc.integer({ min: -5_000, max: 5_000 }),
    ),
  ],
];
