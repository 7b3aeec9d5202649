import fc from "fast-check";
import { TradingMode } from "../../../host/execution/risk/index.ts";
import { ControlAction } from "../../../host/lane/index.ts";
import { deliverAll, promptly } from "../machine/arrivals.ts";
import type { OrderMachine } from "../machine/order-machine.ts";
import { halfReplace, takeCancel } from "../machine/venue-deeds.ts";
import type { VenueOrder } from "../machine/venue-order.ts";
import type { VenueRequest } from "../machine/wire.ts";
import { isPrompt, lots, pick } from "./drawn.ts";
import type { MachineCommand, Weighted } from "./machine-command.ts";
import { commandsOf, picked } from "./machine-command.ts";

interface DrawnReplace {
  readonly pick: number;
  readonly lots: number;
  /** The socket takes nothing. */
  readonly isDeaf: boolean;
}

interface DrawnAnswer {
  readonly pick: number;
  readonly lots: number;
  readonly isPrompt: boolean;
}

const asked = ({ wire }: OrderMachine): VenueRequest[] => wire.requests.filter(({ newer }) => newer !== null);

/** Orders of which the host is sure that they rest. */
function resting(machine: OrderMachine): VenueOrder[] {
  const { orders } = machine.host.built;
  return machine.openOrders().filter(({ asked: { epoch, sequence } }) => {
    const slot = orders.findById(epoch, sequence);
    return slot >= 0 && orders.replacements.isReplaceable(slot) === 1;
  });
}

/** An agent asks for another quantity of an order, three times of four of one at rest: a host that cannot be sure of that refuses. */
function replace(machine: OrderMachine, { pick: number, lots: quantity, isDeaf }: DrawnReplace): void {
  const rest = resting(machine);
  const list = rest.length > 0 && number % 4 !== 0 ? rest : machine.openOrders();
  const { tag, agent, instrumentId, side } = picked(list, number).asked;
  machine.isDeaf = isDeaf;
  machine.input(() =>
    machine.host.instruct(instrumentId, { agent, action: "replace", tag, isBuy: side === 1, lots: quantity }),
  );
  machine.isDeaf = false;
}

/** An agent asks, where an order rests, and the venue does something with the cancel of that replace, or of one that is under way. */
function replacing(
  name: string,
  deed: (machine: OrderMachine, request: VenueRequest) => void,
): fc.Arbitrary<MachineCommand> {
  const act = (machine: OrderMachine, drawn: DrawnAnswer): void => {
    if (resting(machine).length > 0) replace(machine, { ...drawn, isDeaf: false });
    const request = asked(machine).at(-1);
    if (request === undefined) return;
    machine.count(`${name}, done`);
    promptly(machine, drawn.isPrompt, () => deed(machine, request));
  };
  return commandsOf<DrawnAnswer>(
    { name, can: (machine) => asked(machine).length + resting(machine).length > 0, act },
    fc.record({ pick, lots, isPrompt }),
  );
}

/** A person halts the account after the cancel of a replace was taken, and before that is heard. */
function overtake(machine: OrderMachine, request: VenueRequest): void {
  takeCancel(machine, request);
  machine.isArmed = false;
  machine.input((under) => under.control(ControlAction.RESTRICT, TradingMode.HALTED));
  deliverAll(machine);
}

/** [C9] An order takes another's place: two requests in one, of which a venue may do the one and not the other. */
export const replaces: readonly Weighted[] = [
  [
    6,
    commandsOf<DrawnReplace>(
      { name: "replace", can: (machine) => machine.openOrders().length > 0, act: replace },
      fc.record({ pick, lots, isDeaf: fc.constantFrom(false, false, false, false, false, true) }),
    ),
  ],
  [5, replacing("replace begun", takeCancel)],
  [4, replacing("half-replace", halfReplace)],
  [2, replacing("replace overtaken", overtake)],
];
