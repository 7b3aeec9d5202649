import fc from "fast-check";
import { promptly } from "../machine/arrivals.ts";
import type { OrderMachine } from "../machine/order-machine.ts";
import { endOrder, fillOrder } from "../machine/venue-deeds.ts";
import type { VenueOrder } from "../machine/venue-order.ts";
import { isPrompt, lots, pick } from "./drawn.ts";
import type { MachineCommand, Weighted } from "./machine-command.ts";
import { commandsOf, picked } from "./machine-command.ts";

const live = (machine: OrderMachine): VenueOrder[] => machine.venue.list(({ isLive }) => isLive);
const left = (order: VenueOrder): number => order.asked.lots - order.filled;

interface Drawn {
  readonly pick: number;
  readonly isPrompt: boolean;
  readonly lots: number;
}
const drawn: fc.Arbitrary<Drawn> = fc.record({ pick, isPrompt, lots });

function happening(
  name: string,
  deed: (machine: OrderMachine, order: VenueOrder, lots: number) => void,
): fc.Arbitrary<MachineCommand> {
  const act = (machine: OrderMachine, given: Drawn): void => {
    promptly(machine, given.isPrompt, () => deed(machine, picked(live(machine), given.pick), given.lots));
  };
  return commandsOf<Drawn>({ name, can: (machine) => live(machine).length > 0, act }, drawn);
}

/** What happens to an order in the venue's book. */
export const fills: readonly Weighted[] = [
  [
    8,
    happening("partial", (machine, order, count) => fillOrder(machine, order, Math.min(count, left(order)))),
  ],
  [3, happening("fill", (machine, order) => fillOrder(machine, order, left(order)))],
  [1, happening("expire", (machine, order) => endOrder(machine, order, "expired"))],
  // [C10] More is filled than was ordered.
  [1, happening("over-fill", (machine, order, count) => fillOrder(machine, order, left(order) + count))],
];
