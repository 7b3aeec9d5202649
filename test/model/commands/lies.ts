import fc from "fast-check";
import type { OrderMachine } from "../machine/order-machine.ts";
import { ExecType, OrdStatus, Side } from "../../../abi/host/index.ts";
import { deliverAll } from "../machine/arrivals.ts";
import { reviveOrder } from "../machine/venue-deeds.ts";
import { reportOf } from "../machine/venue-records.ts";
import { VenueOrder } from "../machine/venue-order.ts";
import { pick } from "./drawn.ts";
import type { Weighted } from "./machine-command.ts";
import { commandsOf, picked } from "./machine-command.ts";

const NOBODYS_SEQUENCE = 1_000_000;
/** Those of which the host still knows that they were refused: what it has forgotten over a restart it adopts. */
const refused = ({ venue, knowledge, host }: OrderMachine): VenueOrder[] =>
  venue.list(
    ({ id, phase, asked }) =>
      phase === "refused" &&
      knowledge.get(id)?.isRefused === true &&
      host.built.orders.findById(asked.epoch, asked.sequence) >= 0,
  );

function reportOfNobody(machine: OrderMachine, instrumentId: number): void {
  const order = new VenueOrder(
    {
      epoch: machine.host.epoch,
      sequence: NOBODYS_SEQUENCE,
      requestId: 0,
      agent: 0,
      tag: 0,
      instrumentId,
      side: Side.BUY,
      price: 1e12,
      lots: 1,
      sentNs: machine.nowNs,
      session: machine.session,
    },
    1,
  );
  const fields = { execType: ExecType.NEW, ordStatus: OrdStatus.ACCEPTED, cumLots: 0, atNs: machine.nowNs };
  machine.event({ records: [reportOf(order, fields)], facts: [], halts: instrumentId });
}

/** [V12] What cannot be true: an order that was refused lives, and one that nobody sent. */
export const lies: readonly Weighted[] = [
  [
    1,
    commandsOf<number>(
      {
        name: "contradict",
        can: (machine) => machine.isUp.orders && refused(machine).length > 0,
        act: (machine, drawn) => {
          reviveOrder(machine, picked(refused(machine), drawn));
          deliverAll(machine);
        },
      },
      pick,
    ),
  ],
  [
    1,
    commandsOf<1 | 2>(
      {
        name: "order of nobody",
        can: ({ isUp }) => isUp.orders,
        act: (machine, instrumentId) => {
          reportOfNobody(machine, instrumentId);
          deliverAll(machine);
        },
      },
      fc.constantFrom(1, 2),
    ),
  ],
];
