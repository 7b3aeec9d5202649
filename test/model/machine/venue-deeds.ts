import { ExecType, OrdStatus } from "../../../abi/host/index.ts";
import type { OrderMachine } from "./order-machine.ts";
import { execTypeOf, replyTo, reportOf, statusOf } from "./venue-records.ts";
import type { Phase, VenueOrder } from "./venue-order.ts";
import type { VenueRequest } from "./wire.ts";

const LIMITS: ReadonlySet<number> = new Set([418, 429]);

/** The venue takes a new order; its word about it goes two ways. */
export function acceptOrder(machine: OrderMachine, order: VenueOrder): void {
  const { nowNs } = machine;
  const { requestId } = order.asked;
  const facts = [{ kind: "lives", id: order.id, filled: 0 }] as const;
  order.move("live", nowNs);
  machine.answerNew(order, { records: [replyTo(requestId, 200, order.venueOrderId)], facts, requestId });
  tellNew(machine, order);
}

export function refuseOrder(machine: OrderMachine, order: VenueOrder, status: number): void {
  const { requestId } = order.asked;
  const facts = [{ kind: "refused", id: order.id }] as const;
  order.move("refused", machine.nowNs);
  const records = [replyTo(requestId, status)];
  machine.answerNew(order, { records, facts, requestId, isLimit: LIMITS.has(status) });
}

/** [C7] The venue does not say what it did with a new order: it answers so, or not at all. */
export function forgetOrder(
  machine: OrderMachine,
  order: VenueOrder,
  isDone: boolean,
  isTold: boolean,
): void {
  const { requestId } = order.asked;
  order.move(isDone ? "live" : "lost", machine.nowNs);
  if (isTold) machine.answerNew(order, { records: [replyTo(requestId, 503)], facts: [], requestId });
  if (isDone) tellNew(machine, order);
}

export function fillOrder(machine: OrderMachine, order: VenueOrder, lots: number): void {
  const trade = machine.venue.fill(order, lots, machine.nowNs);
  const ordStatus = statusOf(order.phase, order.filled);
  const fields = { execType: ExecType.TRADE, ordStatus, cumLots: trade.filled, trade, atNs: trade.atNs };
  machine.event({ records: [reportOf(order, fields)], facts: [{ kind: "trade", id: order.id, trade }] });
}

export function endOrder(machine: OrderMachine, order: VenueOrder, phase: Phase): void {
  const { nowNs } = machine;
  const { id, filled } = order;
  order.move(phase, nowNs);
  const ordStatus = statusOf(phase, filled);
  const record = reportOf(order, { execType: execTypeOf(phase), ordStatus, cumLots: filled, atNs: nowNs });
  machine.event({ records: [record], facts: [{ kind: "ended", id, filled }] });
}

/** What was refused is there all the same. */
export function reviveOrder(machine: OrderMachine, order: VenueOrder): void {
  order.move("live", machine.nowNs);
  tellNew(machine, order);
}

/** The engine does what a cancel asks, or does not have the order. */
export function takeCancel(machine: OrderMachine, request: VenueRequest): void {
  const { order, requestId, askedNs } = request;
  machine.wire.claim(request);
  if (order === null) return;
  if (!order.isLive) {
    const facts = [{ kind: "notFound", id: order.id, source: "engine", askedNs }] as const;
    machine.answer(request, { records: [replyTo(requestId, 404)], facts, requestId });
    dropHeld(machine, request);
    return;
  }
  const { newer } = request;
  const releases = newer !== null && newer.isHeld ? { releases: newer } : {};
  machine.answer(request, { records: [replyTo(requestId, 200)], facts: [], requestId, ...releases });
  endOrder(machine, order, "canceled");
}

export function refuseCancel(machine: OrderMachine, request: VenueRequest, status: number): void {
  const { requestId } = request;
  machine.wire.claim(request);
  const records = [replyTo(requestId, status)];
  machine.answer(request, { records, facts: [], requestId, isLimit: LIMITS.has(status) });
  dropHeld(machine, request);
}

/** [C9] The cancel of a replace was not taken: the new order has not left and will not, and that is told. */
function dropHeld(machine: OrderMachine, { newer }: VenueRequest): void {
  if (newer !== null) giveUp(machine, newer);
}

/** An order that waits for a cancel waits no more. */
export function giveUp(machine: OrderMachine, order: VenueOrder): void {
  if (!order.isHeld || order.phase !== "flying") return;
  const { requestId } = order.asked;
  order.move("lost", machine.nowNs);
  const facts = [{ kind: "refused", id: order.id }] as const;
  machine.answerNew(order, { records: [replyTo(requestId, 424)], facts, requestId });
}

/** The venue does not say what it did with a cancel. */
export function forgetCancel(
  machine: OrderMachine,
  request: VenueRequest,
  isDone: boolean,
  isTold: boolean,
): void {
  const { order, requestId } = request;
  machine.wire.claim(request);
  if (order === null) return;
  const facts = [{ kind: "cancelUnknown", id: order.id }] as const;
  if (isTold) machine.answer(request, { records: [replyTo(requestId, 503)], facts, requestId });
  if (isTold) dropHeld(machine, request);
  if (isDone && order.isLive) endOrder(machine, order, "canceled");
}

/** [C9] One half of a replace is done: the old order is canceled, and the new one refused. */
export function halfReplace(machine: OrderMachine, request: VenueRequest): void {
  takeCancel(machine, request);
  if (request.newer?.isFlying === true) refuseOrder(machine, request.newer, 400);
}

function tellNew(machine: OrderMachine, order: VenueOrder): void {
  const { nowNs } = machine;
  const fields = {
    execType: ExecType.NEW,
    ordStatus: OrdStatus.ACCEPTED,
    cumLots: order.filled,
    atNs: nowNs,
  };
  const facts = [{ kind: "lives", id: order.id, filled: order.filled }] as const;
  machine.event({ records: [reportOf(order, fields)], facts });
}
