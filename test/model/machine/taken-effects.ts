import { AccountQuery, AccountQueryKind, IntentAction, OrderCommand } from "../../../abi/host/index.ts";
import { Channel } from "../../../host/execution/gateways/index.ts";
import { EffectKind } from "../../../host/lane/index.ts";
import { commandOf, LOT } from "../../support/lane-under-test.ts";
import type { SeenEffect } from "../../support/lane-under-test.ts";
import { OrderKnowledge } from "./knowledge.ts";
import { REQUEST_HEADER_BYTES } from "./model-codec.ts";
import type { OrderMachine } from "./order-machine.ts";
import type { VenueRequest } from "./wire.ts";

/** Takes what the lane wants sent, by its bytes. False where it does not leave. */
export function takeEffect(machine: OrderMachine, effect: SeenEffect): boolean {
  if (effect.kind === EffectKind.SEND_QUERY) takeQuery(machine, effect);
  if (effect.kind !== EffectKind.SEND_ORDER) return true;
  const command = commandOf({ ...effect, bytes: effect.bytes.subarray(REQUEST_HEADER_BYTES) });
  if (command.action === IntentAction.CANCEL) takeCancel(machine, command);
  else takeNewOrder(machine, command);
  return !machine.isDeaf;
}

function takeCancel(machine: OrderMachine, command: ReturnType<typeof commandOf>): void {
  machine.count("cancel sent");
  if (machine.isDeaf) return;
  const order = machine.orderOf(`${command.epoch}.${command.sequence}`);
  const line = machine.isUp.orders ? Channel.ORDERS : Channel.ORDER_REST;
  machine.wire.requests.push({ ...requestOf(machine, "cancel", command.requestId), order, line });
}

function takeNewOrder(machine: OrderMachine, command: ReturnType<typeof commandOf>): void {
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
  machine.count("order sent");
  if (machine.isDeaf) order.move("lost", machine.nowNs);
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
