import { IntentAction, OrderCommand, OrderType, Side, TimeInForce } from "abi/assembly";
import { Instrument, instrumentOf } from "../definitions/instruments";
import { power10 } from "../text/power10";
import { Refusal } from "../text/refusal";
import { refuse } from "../text/refused";
import { writeDecimal, writeInteger } from "../text/text-writer";
import { writeClientOrderId } from "./client-order-id";
import { Put } from "./literals";
import { isWholeMs, openRequest, sealRequest, writeSymbol } from "./outbound";

const MANTISSA_MAX: u64 = 9_007_199_254_740_991;

/** Writes an order command as the text of its request, parameters in alphabetical order as a signature would want them. */
export function encodeOrder(command: OrderCommand): void {
  const instrument = instrumentOf(command.instrumentId);
  if (instrument === null) {
    refuse(Refusal.UNKNOWN_SYMBOL);
    return;
  }
  if (command.requestId == 0 || !isWholeMs(command.timestampMs) || !canWrite(command)) {
    refuse(Refusal.INVALID_ORDER);
    return;
  }
  const start = openRequest();
  const end = writeRequest(start, command, instrument);
  if (end != 0) sealRequest(start, end, command.requestId);
}

function canWrite(command: OrderCommand): bool {
  const action = command.action;
  if (action == IntentAction.CANCEL || action == IntentAction.QUERY)
    return command.venueOrderId != 0 || command.clientOrderEpoch != 0;
  if (action == IntentAction.REPLACE)
    return (
      (command.venueOrderId != 0 || command.origClientOrderEpoch != 0) &&
      command.requestId != 0xffff_ffff &&
      canPlace(command)
    );
  return action == IntentAction.SUBMIT && canPlace(command);
}

function writeRequest(p: usize, command: OrderCommand, instrument: Instrument): usize {
  const action = command.action;
  if (action == IntentAction.REPLACE) return writeReplace(p, command, instrument);
  p = writeInteger(Put.idHead(p), command.requestId);
  if (action == IntentAction.CANCEL) return writeSelector(Put.cancelHead(p), command, instrument);
  if (action == IntentAction.QUERY) return writeSelector(Put.statusHead(p), command, instrument);
  return writePlace(Put.placeHead(p), command, instrument);
}

function canPlace(command: OrderCommand): bool {
  const isMarket = command.orderType == OrderType.MARKET;
  const isLimit = command.orderType == OrderType.LIMIT;
  if (!isMarket && !isLimit && command.orderType != OrderType.LIMIT_MAKER) return false;
  const isTimed =
    command.timeInForce == TimeInForce.GTC ||
    command.timeInForce == TimeInForce.IOC ||
    command.timeInForce == TimeInForce.FOK;
  return (
    command.clientOrderEpoch != 0 &&
    (command.side == Side.BUY || command.side == Side.SELL) &&
    (isTimed || !isLimit) &&
    isAmount(command.quantity) &&
    (isMarket ? command.price == 0 : isAmount(command.price))
  );
}

function isAmount(mantissa: i64): bool {
  return <u64>(mantissa - 1) < MANTISSA_MAX;
}

/** A new order, from the text of its client order id on. */
function writePlace(p: usize, command: OrderCommand, instrument: Instrument): usize {
  p = writeClientOrderId(p, command.clientOrderEpoch, command.clientOrderSequence);
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

/** Names an order, by the venue's id where it is known, and ends the request. */
function writeSelector(p: usize, command: OrderCommand, instrument: Instrument): usize {
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

/**
 * Cancel and new order in one request. The new order is placed only where the cancel succeeds: with ALLOW_FAILURE an order that could not
 * be cancelled would stand beside its replacement, twice the exposure [C9]. Where nothing is known to be filled the cancel is to succeed only if
 * that is so: a part fill on its way would otherwise come on top of the new order. Of an order that is partly filled the venue has no such restriction.
 */
function writeReplace(p: usize, command: OrderCommand, instrument: Instrument): usize {
  p = Put.replaceHead(writeInteger(Put.replaceIdHead(p), command.requestId));
  if (command.venueOrderId != 0)
    p = Put.replaceMode(writeInteger(Put.cancelOrderIdKey(p), command.venueOrderId));
  else {
    p = writeClientOrderId(
      Put.cancelOrigClientOrderIdKey(p),
      command.origClientOrderEpoch,
      command.origClientOrderSequence,
    );
    p = Put.replaceModeAfterText(p);
  }
  p = command.origCumQty == 0 ? Put.replaceUnfilled(p) : Put.replaceFilled(p);
  return writePlace(p, command, instrument);
}

/** An amount with the decimals that the instrument's grid has. 0 after noting a refusal when it has more. */
function writeOnGrid(p: usize, mantissa: u64, decimals: u32, shown: u32): usize {
  const dropped = power10(decimals - shown);
  const steps = mantissa / dropped;
  if (steps * dropped != mantissa) return refuse(Refusal.OFF_GRID);
  return writeDecimal(p, steps, shown, power10(shown));
}
