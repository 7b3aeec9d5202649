import { AccountQuery, AccountQueryKind, IntentAction, OrderCommand } from "../../../abi/host/index.ts";
import { Channel } from "../../../host/execution/gateways/index.ts";
import { EffectKind } from "../../../host/lane/index.ts";
import { commandOf, LOT } from "../../support/lane-under-test.ts";
import type { SeenEffect } from "../../support/lane-under-test.ts";
import { OrderKnowledge } from "./knowledge.ts";
import { REQUEST_HEADER_BYTES } from "./model-codec.ts";
import type { OrderMachine } from "./order-machine.ts";
import type { VenueOrder } from "./venue-order.ts";
import type { VenueRequest } from "./wire.ts";

/** Takes what the lane wants sent, by its bytes. False where it does not leave. */
export function takeEffect(machine: OrderMachine, effect: SeenEffect): boolean {
  if (effect.kind === EffectKind.SEND_QUERY) takeQuery(machine, effect);
  if (effect.kind !== EffectKind.SEND_ORDER) return true;
  const command = commandOf({ ...effect, bytes: effect.bytes.subarray(REQUEST_HEADER_BYTES) });
  if (command.action === IntentAction.CANCEL) takeCancel(machine, command);
  else takeNewOrder(machine, command, replacedBy(machine, effect));
  return !machine.isDeaf;
}

function takeCancel(machine: OrderMachine, command: ReturnType<typeof commandOf>): void {
  machine.count("cancel sent");
  if (machine.isDeaf) return;
  const order = machine.orderOf(`${command.epoch}.${command.sequence}`);
  const line = machine.isUp.orders ? Channel.ORDERS : Channel.ORDER_REST;
  machine.wire.requests.push({ ...requestOf(machine, "cancel", command.requestId), order, line });
}

/** The order whose cancel is in the same request, if there is one. */
function replacedBy(machine: OrderMachine, { bytes }: SeenEffect): VenueOrder | null {
  const block = bytes.subarray(REQUEST_HEADER_BYTES);
  if (block.readUInt8(OrderCommand.action) !== IntentAction.REPLACE) return null;
  const epoch = block.readUInt32LE(OrderCommand.origClientOrderEpoch);
  return machine.orderOf(`${epoch}.${block.readUInt32LE(OrderCommand.origClientOrderSequence)}`);
}

/**
 * A new order, in place of `older` where that is not null. Then both halves are requests of their own to this venue, which may do the one, the other, both or none, in either
 * order. Where cancels go by the venue's ids, the new order is held back until the cancel's answer has arrived.
 */
function takeNewOrder(
  machine: OrderMachine,
  command: ReturnType<typeof commandOf>,
  older: VenueOrder | null,
): void {
  const { orders } = machine.host.built;
  const tag = orders.columns.tag[orders.findById(command.epoch, command.sequence)] ?? 0;
  const order = machine.venue.take({
    ...command,
    tag,
    agent: machine.agentOfTag.get(tag) ?? -1,
    lots: command.quantity / LOT,
    sentNs: machine.nowNs,
    session: machine.session,
  });
  machine.checks.maySend(machine, order);
  machine.knowledge.set(order.id, new OrderKnowledge(order.asked.lots, machine.laneNs));
  machine.count(older === null ? "order sent" : "replace sent");
  if (machine.isDeaf) order.move("lost", machine.nowNs);
  else if (older !== null) {
    order.isHeld = machine.host.kind === "queries";
    const cancel = requestOf(machine, "cancel", command.requestId + 1);
    machine.wire.requests.push({ ...cancel, order: older, newer: order });
  }
}

function takeQuery(machine: OrderMachine, effect: SeenEffect): void {
  const bytes = effect.bytes.subarray(REQUEST_HEADER_BYTES);
  const { requests } = machine.wire;
  if (effect.bytes.readUInt32LE(0) === OrderCommand.templateId) {
    const { epoch, sequence, requestId } = commandOf({ ...effect, bytes });
    requests.push({
      ...requestOf(machine, "order", requestId),
      order: machine.orderOf(`${epoch}.${sequence}`),
    });
    return;
  }
  const kind = kindOf(bytes.readUInt8(AccountQuery.kind));
  requests.push({
    ...requestOf(machine, kind, bytes.readUInt32LE(AccountQuery.requestId)),
    instrumentId: bytes.readUInt32LE(AccountQuery.instrumentId),
    fromId: Number(bytes.readBigUInt64LE(AccountQuery.fromId)),
  });
}

function requestOf(machine: OrderMachine, kind: VenueRequest["kind"], requestId: number): VenueRequest {
  return {
    kind,
    requestId,
    order: null,
    newer: null,
    instrumentId: 0,
    fromId: 0,
    line: Channel.ORDERS,
    sentNs: machine.nowNs,
    askedNs: machine.laneNs,
    session: machine.session,
  };
}

function kindOf(kind: number): VenueRequest["kind"] {
  if (kind === AccountQueryKind.OPEN_ORDERS) return "openOrders";
  return kind === AccountQueryKind.TRADES ? "trades" : "balances";
}
