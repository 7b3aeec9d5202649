import fc from "fast-check";
import { PluginAction } from "../../../host/lane/index.ts";
import type { OrderMachine } from "../machine/order-machine.ts";
import type { Weighted } from "./machine-command.ts";
import { commandsOf } from "./machine-command.ts";

interface Drawn {
  readonly slot: string;
  readonly isBack: boolean;
}

/** Shadow, promotion and its end, one after the other, each where the slot has come to it. */
function swap(machine: OrderMachine, { slot, isBack }: Drawn): void {
  const end = isBack ? PluginAction.ROLL_BACK : PluginAction.SETTLE;
  machine.input((under) => {
    for (const action of [PluginAction.SHADOW, PluginAction.PROMOTE, end])
      if (machine.host.swap(slot, action)) break;
    return under.effects();
  });
}

/** The codec and the agents are changed while orders are open: nothing of an order lies in a plugin. */
export const swaps: readonly Weighted[] = [
  [
    1,
    commandsOf<Drawn>(
      { name: "hot swap", can: () => true, act: swap },
      fc.record({ slot: fc.constantFrom("venue", "one", "two"), isBack: fc.boolean() }),
    ),
  ],
];
