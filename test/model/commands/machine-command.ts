import type fc from "fast-check";
import type { ModelHost } from "../machine/model-host.ts";
import type { OrderMachine } from "../machine/order-machine.ts";

/** One thing that can happen, with what was drawn for it. */
export interface Deed<Drawn> {
  readonly name: string;
  readonly can: (machine: OrderMachine, drawn: Drawn) => boolean;
  readonly act: (machine: OrderMachine, drawn: Drawn) => void;
}

export type MachineCommand = fc.Command<OrderMachine, ModelHost>;

/** Commands of one deed. */
export function commandsOf<Drawn>(
  deed: Deed<Drawn>,
  drawn: fc.Arbitrary<Drawn>,
): fc.Arbitrary<MachineCommand> {
  return drawn.map((values) => ({
    check: (machine) => deed.can(machine as OrderMachine, values),
    run: (machine) => {
      machine.count(deed.name);
      deed.act(machine, values);
    },
    toString: () => `${deed.name}(${JSON.stringify(values)})`,
  }));
}

/** A command, and how often it comes beside the others. */
export type Weighted = readonly [weight: number, command: fc.Arbitrary<MachineCommand>];

/** The one of a list that a drawn number means; the list is not empty. */
export function picked<T>(list: readonly T[], pick: number): T {
  const item = list[pick % list.length];
  if (item === undefined) throw new Error("nothing to pick from");
  return item;
}
