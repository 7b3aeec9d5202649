import assert from "node:assert/strict";
import fc from "fast-check";
import type { OrderMachine } from "../machine/order-machine.ts";
import type { Weighted } from "./machine-command.ts";
import { commandsOf } from "./machine-command.ts";
import { lots } from "./drawn.ts";

interface DrawnSubmit {
  readonly agent: 0 | 1;
  readonly instrumentId: 1 | 2;
  readonly isBuy: boolean;
  readonly lots: number;
  /** The socket takes nothing. */
  readonly isDeaf: boolean;
}

/** An agent asks for an order, and it leaves exactly where nothing forbids it. */
function submit(machine: OrderMachine, { agent, instrumentId, isBuy, isDeaf, ...drawn }: DrawnSubmit): void {
  const mayLeave =
    machine.isUp.orders &&
    machine.isArmed &&
    !machine.restricted.has(instrumentId) &&
    machine.nowNs >= machine.heldUntilNs;
  const sent = machine.venue.orders.size;
  const tag = machine.nextTag(agent);
  machine.isDeaf = isDeaf;
  machine.input(() =>
    machine.host.instruct(instrumentId, { agent, action: "submit", tag, isBuy, lots: drawn.lots }),
  );
  machine.isDeaf = false;
  assert.equal(machine.venue.orders.size - sent, mayLeave ? 1 : 0, "orders that left");
}

export const submits: readonly Weighted[] = [
  [
    14,
    commandsOf<DrawnSubmit>(
      { name: "submit", can: () => true, act: submit },
      fc.record({
        agent: fc.constantFrom(0, 1),
        instrumentId: fc.constantFrom(1, 1, 2),
        isBuy: fc.boolean(),
        lots,
        isDeaf: fc.constantFrom(...Array.from({ length: 12 }, (_, index) => index === 0)),
      }),
    ),
  ],
];
