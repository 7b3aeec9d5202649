import fc from "fast-check";
import { Channel } from "../../../host/execution/gateways/index.ts";
import { deliverAll } from "../machine/arrivals.ts";
import type { OrderMachine } from "../machine/order-machine.ts";
import type { Message } from "../machine/wire.ts";
import { pick } from "./drawn.ts";
import type { Weighted } from "./machine-command.ts";
import { commandsOf, picked } from "./machine-command.ts";

interface Drawn {
  readonly pick: number;
  readonly isAnswer: boolean;
}
const drawn: fc.Arbitrary<Drawn> = fc.record({ pick, isAnswer: fc.boolean() });

const queueOf = ({ wire }: OrderMachine, { isAnswer }: Drawn): Message[] =>
  isAnswer ? wire.answers : wire.events;

/** Takes one message out of its queue, whichever place it has. */
function deliverOne(machine: OrderMachine, given: Drawn, place: number): void {
  const message = queueOf(machine, given)[place];
  if (message !== undefined && machine.wire.claimMessage(message)) machine.deliver([message]);
}

/** [V15] In which order what the venue says arrives, and how often. */
export const reports: readonly Weighted[] = [
  [
    2,
    commandsOf<Drawn>(
      {
        name: "deliver",
        can: (machine, given) => queueOf(machine, given).length > 0,
        act: (machine, given) => deliverOne(machine, given, 0),
      },
      drawn,
    ),
  ],
  [
    2,
    commandsOf<Drawn>(
      {
        name: "out of order",
        can: (machine, given) => queueOf(machine, given).length > 1,
        act: (machine, given) => deliverOne(machine, given, given.pick % queueOf(machine, given).length),
      },
      drawn,
    ),
  ],
  [
    4,
    commandsOf<null>({ name: "all", can: ({ wire }) => !wire.isEmpty, act: deliverAll }, fc.constant(null)),
  ],
  [
    2,
    commandsOf<number>(
      {
        name: "duplicate",
        can: ({ wire, isUp }) => isUp.orders && wire.heard.length > 0,
        act: (machine, given) => machine.deliver([picked(machine.wire.heard, given)]),
      },
      pick,
    ),
  ],
  [
    1,
    commandsOf<null>(
      {
        name: "one frame",
        can: ({ wire }) => wire.events.length > 1,
        act: (machine) => {
          const messages = machine.wire.events.splice(0);
          for (const message of messages) machine.wire.remember(message);
          machine.deliver(messages.filter(({ line }) => line === Channel.ORDERS));
        },
      },
      fc.constant(null),
    ),
  ],
];
