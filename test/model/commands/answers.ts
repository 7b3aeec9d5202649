import fc from "fast-check";
import { promptly } from "../machine/arrivals.ts";
import type { OrderMachine } from "../machine/order-machine.ts";
import { acceptOrder, forgetOrder, refuseOrder } from "../machine/venue-deeds.ts";
import type { VenueOrder } from "../machine/venue-order.ts";
import { isPrompt, pick } from "./drawn.ts";
import type { Weighted } from "./machine-command.ts";
import { commandsOf, picked } from "./machine-command.ts";

const flying = (machine: OrderMachine): VenueOrder[] => machine.venue.list(({ isFlying }) => isFlying);
const can = (machine: OrderMachine): boolean => flying(machine).length > 0;

interface Drawn {
  readonly pick: number;
  readonly isPrompt: boolean;
}

function arrive(machine: OrderMachine, drawn: Drawn, deed: (order: VenueOrder) => void): void {
  promptly(machine, drawn.isPrompt, () => deed(picked(flying(machine), drawn.pick)));
}

/** What becomes of a new order as it arrives at the venue. */
export const answers: readonly Weighted[] = [
  [
    8,
    commandsOf<Drawn>(
      {
        name: "ack",
        can,
        act: (machine, drawn) => arrive(machine, drawn, (order) => acceptOrder(machine, order)),
      },
      fc.record({ pick, isPrompt }),
    ),
  ],
  [
    1,
    commandsOf<Drawn & { readonly status: number }>(
      {
        name: "reject",
        can,
        act: (machine, drawn) => arrive(machine, drawn, (order) => refuseOrder(machine, order, drawn.status)),
      },
      fc.record({ pick, isPrompt, status: fc.constantFrom(400, 400, 403, 418, 429) }),
    ),
  ],
  [
    2,
    commandsOf<Drawn & { readonly isDone: boolean; readonly isTold: boolean }>(
      {
        name: "unknown",
        can,
        act: (machine, drawn) =>
          arrive(machine, drawn, (order) => forgetOrder(machine, order, drawn.isDone, drawn.isTold)),
      },
      fc.record({ pick, isPrompt, isDone: fc.boolean(), isTold: fc.boolean() }),
    ),
  ],
];
