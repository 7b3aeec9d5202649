import assert from "node:assert/strict";
import { OrdStatus, Side } from "../../../abi/host/index.ts";
import { LOT } from "../../support/lane-under-test.ts";
import { deliverAll } from "./arrivals.ts";
import { statusName } from "./checks.ts";
import type { OrderMachine } from "./order-machine.ts";
import { answerQuestion } from "./venue-answers.ts";
import { acceptOrder, takeCancel } from "./venue-deeds.ts";
import type { VenueOrder } from "./venue-order.ts";

/** The longest way to certainty: a window of 16 s, a minute of queries, and pauses of up to 32 s between two tries of a cancel. */
const SECONDS_MAX = 400;
const PASS_SECONDS = 2;
/** Until the next round that asks everything. */
const ROUND_SECONDS = 61;
const TURNS_MAX = 10_000;

/** The venue answers all that is asked, by what is true, and everything arrives. */
export function settle(machine: OrderMachine): void {
  for (let turn = 0; ; turn++) {
    assert.ok(turn < TURNS_MAX, "the host asks without an end");
    for (const order of machine.venue.list(({ isFlying }) => isFlying)) acceptOrder(machine, order);
    for (const request of machine.wire.requests) {
      if (request.kind === "cancel") takeCancel(machine, request);
      else answerQuestion(machine, request, 0);
    }
    if (machine.wire.isEmpty) return;
    deliverAll(machine);
  }
}

/** Everything works from now on. In the end there is one world left, and the host is in it. */
export function heal(machine: OrderMachine): void {
  let difference: string | null = "nothing was compared";
  for (let seconds = 0; seconds < SECONDS_MAX && difference !== null; seconds += PASS_SECONDS) {
    if (!machine.isUp.orders) machine.turn("orders", true);
    settle(machine);
    machine.pass(PASS_SECONDS);
    settle(machine);
    difference = machine.host.isReconciled ? differenceOf(machine) : "the venue is not reconciled";
  }
  assert.equal(difference, null);
  machine.pass(ROUND_SECONDS);
  settle(machine);
  assert.equal(differenceOf(machine), null, "a quiet minute later");
  collapse(machine);
}

/** The end of time: of all that could have been, one world is left to each order. */
function collapse({ venue, knowledge, host }: OrderMachine): void {
  for (const [id, { worlds }] of knowledge) {
    const order = venue.orders.get(id);
    if (order === undefined) continue;
    worlds.tellFrozen(order.isLive, order.filled);
    // Whether an order that traded nothing was ever there, nobody asks any more.
    const isMoot = !order.isLive && order.filled === 0;
    assert.ok(worlds.count === 1 || isMoot, `${id} has ${worlds.count} worlds left`);
  }
  assert.equal(host.built.lane.parts.reconciler.breaks.openCount(0), 0, "breaks");
}

/** In what the host differs from the truth, in words; null where they agree. */
function differenceOf(machine: OrderMachine): string | null {
  const { host, venue } = machine;
  const held = new Map<number, number>();
  for (const order of venue.orders.values()) {
    const text = orderDifference(machine, order);
    if (text !== null) return text;
    const { agent, instrumentId, side } = order.asked;
    const row = host.built.positions.rowOf(agent, instrumentId - 1);
    held.set(row, (held.get(row) ?? 0) + (side === Side.BUY ? order.filled : -order.filled));
  }
  for (const [row, lots] of held) {
    const quantity = (host.built.positions.quantity[row] ?? 0) / LOT;
    if (quantity !== lots) return `row ${row} holds ${quantity}, and traded ${lots}`;
  }
  return null;
}

function orderDifference(
  { host }: OrderMachine,
  { id, asked, phase, filled, isLive }: VenueOrder,
): string | null {
  const { orders } = host.built;
  const { columns } = orders;
  const slot = orders.findById(asked.epoch, asked.sequence);
  if (slot < 0) return isLive ? `${id} is forgotten, and lives` : null;
  const status = columns.status[slot] ?? 0;
  const exposure = (columns.exposureQty[slot] ?? 0) / LOT;
  const cum = (columns.cumQty[slot] ?? 0) / LOT;
  const expected = endsOf(phase, filled);
  if (!expected.includes(status)) return `${id} is ${statusName(status)}, and at the venue ${phase}`;
  if (cum !== filled) return `${id} has ${cum} filled, and at the venue ${filled}`;
  const leaves = isLive ? asked.lots - filled : 0;
  return exposure === leaves ? null : `${id} reserves ${exposure}, and ${leaves} are left`;
}

/** States that agree with the truth. */
function endsOf(phase: VenueOrder["phase"], filled: number): readonly number[] {
  if (phase === "lost" || phase === "refused") return [OrdStatus.DENIED, OrdStatus.REJECTED];
  if (phase === "live") return [filled > 0 ? OrdStatus.PARTIALLY_FILLED : OrdStatus.ACCEPTED];
  if (phase === "filled") return [OrdStatus.FILLED];
  return [phase === "canceled" ? OrdStatus.CANCELED : OrdStatus.EXPIRED];
}
