import fc from "fast-check";
import { deliverAll, promptly } from "../machine/arrivals.ts";
import type { OrderMachine } from "../machine/order-machine.ts";
import { answerQuestion, failQuestion } from "../machine/venue-answers.ts";
import type { VenueRequest } from "../machine/wire.ts";
import { isPrompt } from "./drawn.ts";
import type { MachineCommand, Weighted } from "./machine-command.ts";
import { commandsOf } from "./machine-command.ts";

/** One question at a time is out; those before it nobody waits for. */
const asked = ({ wire }: OrderMachine): VenueRequest | undefined =>
  wire.requests.findLast(({ kind }) => kind !== "cancel");

function answering<Drawn>(
  name: string,
  drawn: fc.Arbitrary<Drawn>,
  deed: (machine: OrderMachine, request: VenueRequest, given: Drawn) => void,
): fc.Arbitrary<MachineCommand> {
  const act = (machine: OrderMachine, [prompt, given]: readonly [boolean, Drawn]): void => {
    const request = asked(machine);
    if (request === undefined) return;
    promptly(machine, prompt, () => deed(machine, request, given));
  };
  return commandsOf<readonly [boolean, Drawn]>(
    { name, can: (machine) => asked(machine) !== undefined, act },
    fc.tuple(isPrompt, drawn),
  );
}

/** Answers a whole round at once, unless the host asks for ever. */
export function answerRound(machine: OrderMachine): void {
  for (let turn = 0; turn < 40; turn++) {
    const request = asked(machine);
    if (request === undefined) return;
    answerQuestion(machine, request, 0);
    deliverAll(machine);
  }
}

/** What the host asks is answered: by what is true, by what was true some seconds ago, or not at all. */
export const queries: readonly Weighted[] = [
  [3, answering("query", fc.constant(0), answerQuestion)],
  [3, answering("query (lagging)", fc.constantFrom(1e9, 3e9, 5e9), answerQuestion)],
  [1, answering("query fails", fc.constantFrom(503, 429), failQuestion)],
  [
    4,
    commandsOf<null>(
      { name: "query round", can: (machine) => asked(machine) !== undefined, act: answerRound },
      fc.constant(null),
    ),
  ],
];
