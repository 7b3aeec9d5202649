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
import { power10 } from "../text/power10";
import { Refusal } from "../text/refusal";
import { refuse } from "../text/refused";
import { writeDecimal } from "../text/text-writer";
import { Instrument } from "./instruments";

const MANTISSA_MAX: u64 = 9_007_199_254_740_991;

/** Where the bytes of the next request are to be written. */
export function openRequest(): usize {
  return nextBlock() + offsetof<OutboundFrame>();
}

/** Makes the bytes that were written from `start` to `end` a record. */
export function closeRequest(start: usize, end: usize, requestId: u32): void {
  const sizeBytes = <u32>(end - start + offsetof<OutboundFrame>());
  const record = changetype<OutboundFrame>(
    reserve(sizeBytes, OutboundFrame.TEMPLATE_ID, offsetof<OutboundFrame>()),
  );
  record.lengthBytes = <u32>(end - start);
  record.requestId = requestId;
}

/** Whether a command to place an order is whole: its price belongs to its type, its amounts are positive and exact. */
export function isPlaceable(command: OrderCommand): bool {
  const isMarket = command.orderType == OrderType.MARKET;
  const isLimit = command.orderType == OrderType.LIMIT;
  if (!isMarket && !isLimit && command.orderType != OrderType.LIMIT_MAKER) return false;
  const isTimed =
    command.timeInForce == TimeInForce.GTC ||
    command.timeInForce == TimeInForce.IOC ||
    command.timeInForce == TimeInForce.FOK;
  return (
    (command.action == IntentAction.SUBMIT || command.action == IntentAction.REPLACE) &&
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

/** Writes an instrument's symbol and returns the place after it. Up to 23 bytes beyond become zero. */
export function writeSymbol(p: usize, instrument: Instrument): usize {
  store<u64>(p, instrument.word0);
  store<u64>(p, instrument.word1, 8);
  store<u64>(p, instrument.word2, 16);
  return p + instrument.symbolLength;
}

/** An amount with the decimals that the instrument's grid has. 0 after noting a refusal when it has more. */
export function writeOnGrid(p: usize, mantissa: u64, decimals: u32, shown: u32): usize {
  const dropped = power10(decimals - shown);
  const steps = mantissa / dropped;
  if (steps * dropped != mantissa) return refuse(Refusal.OFF_GRID);
  return writeDecimal(p, steps, shown, power10(shown));
}
