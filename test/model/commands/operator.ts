import fc from "fast-check";
import type { OrderMachine } from "../machine/order-machine.ts";
import { answerRound } from "./queries.ts";
import type { Weighted } from "./machine-command.ts";
import { commandsOf } from "./machine-command.ts";

/** A person looks, where the host lets one arm, and lets everything trade again. */
export function rearm(machine: OrderMachine): void {
  const { host } = machine;
  machine.input(() => {
    host.rearm(null);
    for (const instrumentId of machine.restricted) host.rearm(instrumentId - 1);
    machine.isArmed = true;
    machine.restricted.clear();
    return [];
  });
}

/** Everything is brought up again after an interruption, as far as one call does it. */
function recover(machine: OrderMachine): void {
  if (!machine.isUp.orders) machine.turn("orders", true);
  answerRound(machine);
  if (machine.host.isReconciled) rearm(machine);
}

export const operators: readonly Weighted[] = [
  [
    2,
    commandsOf<null>(
      {
        name: "rearm",
        can: (machine) => (!machine.isArmed || machine.restricted.size > 0) && machine.host.isReconciled,
        act: rearm,
      },
      fc.constant(null),
    ),
  ],
  [
    7,
    commandsOf<null>(
      { name: "recover", can: (machine) => !machine.isArmed || machine.restricted.size > 0, act: recover },
      fc.constant(null),
    ),
  ],
];
