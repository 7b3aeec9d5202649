import { IntentAction, OrderCommand, OrderType, Side, TimeInForce } from "abi/assembly";
import { writeClientOrderId } from "./client-order-id";
import { Instrument, instrumentOf } from "../definitions/instruments";
import {
  closeRequest,
  isPlaceable,
  openRequest,
  writeOnGrid,
  writeSymbol,
} from "../definitions/order-fields";
import { Put } from "./literals";
import { Refusal } from "../text/refusal";
import { refuse } from "../text/refused";
import { stampNs } from "./stamp";
import { writeInteger } from "../text/text-writer";

/** Writes an order command as the text of its request, parameters in alphabetical order as a signature would want them. */
export function encodeOrder(command: OrderCommand): void {
  const instrument = instrumentOf(command.instrumentId);
  if (instrument === null) {
    refuse(Refusal.UNKNOWN_SYMBOL);
    return;
  }
  const start = openRequest();
  const isCancel = command.action == IntentAction.CANCEL;
  const stamp = stampNs(command.timestampMs);
  const isTimed = stamp != 0 && stamp == command.timestampMs * 1_000_000;
  if (command.requestId == 0 || !isTimed || !(isCancel ? canCancel(command) : isPlaceable(command))) {
    refuse(Refusal.INVALID_ORDER);
    return;
  }
  const head = writeInteger(Put.idHead(start), command.requestId);
  const end = isCancel ? writeCancel(head, command, instrument) : writePlace(head, command, instrument);
  if (end == 0) return;
  closeRequest(start, end, command.requestId);
}

function canCancel(command: OrderCommand): bool {
  return command.venueOrderId != 0 || command.clientOrderEpoch != 0;
}

function writePlace(p: usize, command: OrderCommand, instrument: Instrument): usize {
  p = writeClientOrderId(Put.placeHead(p), command.clientOrderEpoch, command.clientOrderSequence);
  if (command.orderType == OrderType.MARKET) p = Put.ackQuantity(p);
  else {
    p = writeOnGrid(Put.ackPrice(p), command.price, instrument.price.decimals, instrument.tickDecimals);
    if (p == 0) return 0;
    p = Put.quantityKey(p);
  }
  p = writeOnGrid(p, command.quantity, instrument.size.decimals, instrument.lotDecimals);
  if (p == 0) return 0;
  p = writeSymbol(command.side == Side.BUY ? Put.buyKey(p) : Put.sellKey(p), instrument);
  p = writeInteger(writeTimeInForce(p, command), command.timestampMs);
  if (command.orderType == OrderType.LIMIT) return Put.limitTail(p);
  return command.orderType == OrderType.MARKET ? Put.marketTail(p) : Put.limitMakerTail(p);
}

/** Only a plain limit order has a time in force: a market order never rests, a maker order always may. */
function writeTimeInForce(p: usize, command: OrderCommand): usize {
  if (command.orderType != OrderType.LIMIT) return Put.timestampKey(p);
  if (command.timeInForce == TimeInForce.GTC) return Put.gtcKey(p);
  return command.timeInForce == TimeInForce.IOC ? Put.iocKey(p) : Put.fokKey(p);
}

function writeCancel(p: usize, command: OrderCommand, instrument: Instrument): usize {
  p = Put.cancelHead(p);
  if (command.venueOrderId != 0) p = Put.symbolKey(writeInteger(Put.orderIdKey(p), command.venueOrderId));
  else {
    p = writeClientOrderId(
      Put.origClientOrderIdKey(p),
      command.clientOrderEpoch,
      command.clientOrderSequence,
    );
    p = Put.symbolAfterTextKey(p);
  }
  p = writeSymbol(p, instrument);
  return Put.cancelTail(writeInteger(Put.timestampKey(p), command.timestampMs));
}
