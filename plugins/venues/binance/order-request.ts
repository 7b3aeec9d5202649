import {
  IntentAction,
  OrderCommand,
  OrderType,
  OutboundFrame,
  Side,
  TimeInForce,
  nextBlock,
  reserve,
} from "abi/assembly";
import { writeClientOrderId } from "./client-order-id";
import { Instrument, instrumentOf, power10 } from "./instruments";
import { Put } from "./literals";
import { Refusal } from "./refusal";
import { refuse } from "./refused";
import { stampNs } from "./stamp";
import { writeDecimal, writeInteger } from "./text-writer";

const MANTISSA_MAX: u64 = 9_007_199_254_740_991;

/** Writes an order command as the text of its request, parameters in alphabetical order as a signature would want them. */
export function encodeOrder(command: OrderCommand): void {
  const instrument = instrumentOf(command.instrumentId);
  if (instrument === null) {
    refuse(Refusal.UNKNOWN_SYMBOL);
    return;
  }
  const start = nextBlock() + offsetof<OutboundFrame>();
  const isCancel = command.action == IntentAction.CANCEL;
  const stamp = stampNs(command.timestampMs);
  const isTimed = stamp != 0 && stamp == command.timestampMs * 1_000_000;
  if (command.requestId == 0 || !isTimed || !(isCancel ? canCancel(command) : canPlace(command))) {
    refuse(Refusal.INVALID_ORDER);
    return;
  }
  const head = writeInteger(Put.idHead(start), command.requestId);
  const end = isCancel ? writeCancel(head, command, instrument) : writePlace(head, command, instrument);
  if (end == 0) return;
  const record = changetype<OutboundFrame>(
    reserve(
      <u32>(end - start + offsetof<OutboundFrame>()),
      OutboundFrame.TEMPLATE_ID,
      offsetof<OutboundFrame>(),
    ),
  );
  record.lengthBytes = <u32>(end - start);
  record.requestId = command.requestId;
}

function canCancel(command: OrderCommand): bool {
  return command.venueOrderId != 0 || command.clientOrderEpoch != 0;
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
    command.action == IntentAction.SUBMIT &&
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

function writeSymbol(p: usize, instrument: Instrument): usize {
  store<u64>(p, instrument.word0);
  store<u64>(p, instrument.word1, 8);
  store<u64>(p, instrument.word2, 16);
  return p + instrument.symbolLength;
}

/** An amount with the decimals that the instrument's grid has. 0 after noting a refusal when it has more. */
function writeOnGrid(p: usize, mantissa: u64, decimals: u32, shown: u32): usize {
  const dropped = power10(decimals - shown);
  const steps = mantissa / dropped;
  if (steps * dropped != mantissa) return refuse(Refusal.OFF_GRID);
  return writeDecimal(p, steps, shown, power10(shown));
}
