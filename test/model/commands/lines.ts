import fc from "fast-check";
import type { Weighted } from "./machine-command.ts";
import { commandsOf } from "./machine-command.ts";

const nothing = fc.constant(null);

/** [V1] [V20] Connections come and go. */
export const lines: readonly Weighted[] = [
  [
    2,
    commandsOf<null>(
      { name: "disconnect", can: ({ isUp }) => isUp.orders, act: (machine) => machine.turn("orders", false) },
      nothing,
    ),
  ],
  [
    2,
    commandsOf<null>(
      { name: "connect", can: ({ isUp }) => !isUp.orders, act: (machine) => machine.turn("orders", true) },
      nothing,
    ),
  ],
  [
    1,
    commandsOf<null>(
      {
        name: "rest",
        can: () => true,
        act: (machine) => machine.turn("rest", !machine.isUp.rest),
      },
      nothing,
    ),
  ],
];
