import fc from "fast-check";
import { ControlAction } from "../../../host/lane/index.ts";
import { promptly } from "../machine/arrivals.ts";
import type { OrderMachine } from "../machine/order-machine.ts";
import { forgetCancel, refuseCancel, takeCancel } from "../machine/venue-deeds.ts";
import type { VenueRequest } from "../machine/wire.ts";
import { isPrompt, pick } from "./drawn.ts";
import type { MachineCommand, Weighted } from "./machine-command.ts";
import { commandsOf, picked } from "./machine-command.ts";

const asked = ({ wire }: OrderMachine): VenueRequest[] =>
  wire.requests.filter(({ kind }) => kind === "cancel");

function cancelByTag(machine: OrderMachine, number: number, isDeaf: boolean): void {
  const { tag, agent, instrumentId } = picked(machine.openOrders(), number).asked;
  machine.isDeaf = isDeaf;
  machine.input(() =>
    machine.host.instruct(instrumentId, { agent, action: "cancel", tag, isBuy: false, lots: 0 }),
  );
  machine.isDeaf = false;
}

interface Drawn {
  readonly pick: number;
  readonly isPrompt: boolean;
}

function answering<More>(
  name: string,
  more: fc.Arbitrary<More>,
  deed: (machine: OrderMachine, request: VenueRequest, drawn: More) => void,
): fc.Arbitrary<MachineCommand> {
  const act = (machine: OrderMachine, [given, values]: readonly [Drawn, More]): void => {
    promptly(machine, given.isPrompt, () => deed(machine, picked(asked(machine), given.pick), values));
  };
  return commandsOf<readonly [Drawn, More]>(
    { name, can: (machine) => asked(machine).length > 0, act },
    fc.tuple(fc.record({ pick, isPrompt }), more),
  );
}

/** Cancels: an agent's, all of them, and what the venue makes of one. */
export const cancels: readonly Weighted[] = [
  [
    5,
    commandsOf<{ readonly pick: number; readonly isDeaf: boolean }>(
      {
        name: "cancel",
        can: (machine) => machine.openOrders().length > 0,
        act: (machine, drawn) => cancelByTag(machine, drawn.pick, drawn.isDeaf),
      },
      fc.record({ pick, isDeaf: fc.constantFrom(false, false, false, false, false, true) }),
    ),
  ],
  [
    1,
    commandsOf<null>(
      {
        name: "cancel all",
        can: () => true,
        act: (machine) => machine.input((under) => under.control(ControlAction.CANCEL_ALL)),
      },
      fc.constant(null),
    ),
  ],
  [5, answering("cancel taken", fc.constant(null), takeCancel)],
  [2, answering("cancel reject", fc.constantFrom(400, 400, 429), refuseCancel)],
  [
    1,
    answering("cancel unknown", fc.tuple(fc.boolean(), fc.boolean()), (machine, request, [isDone, isTold]) =>
      forgetCancel(machine, request, isDone, isTold),
    ),
  ],
];
