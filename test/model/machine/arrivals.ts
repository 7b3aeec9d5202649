import type { OrderMachine } from "./order-machine.ts";
import type { Message } from "./wire.ts";

/** What is on its way arrives, each queue in its order. */
export function deliverAll(machine: OrderMachine): void {
  deliverWhere(machine, () => true);
}

/** Something happens at the venue, and what it tells arrives at once where that was drawn; what was under way before stays so. */
export function promptly(machine: OrderMachine, isPrompt: boolean, deed: () => void): void {
  const late = new Set([...machine.wire.answers, ...machine.wire.events]);
  deed();
  if (isPrompt && !machine.isHeldBack) deliverWhere(machine, (message) => !late.has(message));
}

function deliverWhere(machine: OrderMachine, isDue: (message: Message) => boolean): void {
  const { wire } = machine;
  for (const message of wire.answers.filter(isDue))
    if (wire.claimMessage(message)) machine.deliver([message]);
  for (const message of wire.events.filter(isDue)) if (wire.claimMessage(message)) machine.deliver([message]);
}
