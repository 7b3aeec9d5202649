import {
  BookDelta,
  CombinedSignal,
  FeatureUpdate,
  GROUP_HEADER_BYTES,
  IntentAction,
  OrderIntent,
  OrderType,
  OutboundFrame,
  Quote,
  RiskVerdict,
  Side,
  Signal,
  TimeInForce,
  Trade,
} from "../../../../abi/host/index.ts";
import type { Manifest } from "../../manifest.ts";
import type { OutputRecord } from "./output-records.ts";

const RULE_CODE_MAX = 999;
const TIME_TO_LIVE_MAX_NS = 86_400_000_000_000n;
const MANTISSA_MAX = BigInt(Number.MAX_SAFE_INTEGER);
const AGENTS_MAX = 16;
const INSTRUMENT_ID = 1;

/** Says what is wrong with the values of a record, or null. */
type Rule = (block: DataView, rest: DataView, manifest: Manifest) => string | null;

const orderTypes: ReadonlySet<number> = new Set<number>(Object.values(OrderType));
const timesInForce: ReadonlySet<number> = new Set<number>(Object.values(TimeInForce));

/**
 * The ranges that the lane holds each record to, written so that a NaN fails. Records without a rule carry whole numbers that the host
 * checks where it uses them.
 */
const rules: ReadonlyMap<string, Rule> = new Map<string, Rule>([
  ["FeatureUpdate", featureUpdate],
  ["Signal", signal],
  ["CombinedSignal", combinedSignal],
  ["OrderIntent", orderIntent],
  ["RiskVerdict", riskVerdict],
  ["Quote", quote],
  ["Trade", trade],
  ["BookDelta", bookDelta],
  ["OutboundFrame", outboundFrame],
]);

/** What is wrong with the values of a record that a plugin wrote, or null. */
export function valueFault({ name, block, rest }: OutputRecord, manifest: Manifest): string | null {
  return rules.get(name)?.(block, rest, manifest) ?? null;
}

function featureUpdate(block: DataView, _rest: DataView, { outputs }: Manifest): string | null {
  const value = block.getFloat64(FeatureUpdate.value, true);
  if (!Number.isFinite(value)) return `value is ${value}`;
  const output = block.getUint16(FeatureUpdate.output, true);
  if (output >= outputs.length) return `output is ${output}, the manifest names ${outputs.length}`;
  return foreignInstrument(block, FeatureUpdate.instrumentId);
}

function signal(block: DataView): string | null {
  return (
    outside(block, Signal.score, "score", -1) ??
    outside(block, Signal.confidence, "confidence", 0) ??
    shortLife(block, Signal.timeToLiveNs) ??
    foreignInstrument(block, Signal.instrumentId)
  );
}

function combinedSignal(block: DataView): string | null {
  for (let agent = 0; agent < AGENTS_MAX; agent++) {
    const fault = outside(block, CombinedSignal.weights + 8 * agent, `weights[${agent}]`, 0);
    if (fault !== null) return fault;
  }
  return (
    outside(block, CombinedSignal.score, "score", -1) ??
    outside(block, CombinedSignal.confidence, "confidence", 0) ??
    shortLife(block, CombinedSignal.timeToLiveNs) ??
    foreignInstrument(block, CombinedSignal.instrumentId)
  );
}

function orderIntent(block: DataView): string | null {
  const action = block.getUint8(OrderIntent.action);
  if (action === IntentAction.CANCEL) return foreignInstrument(block, OrderIntent.instrumentId);
  const isReplace = action === IntentAction.REPLACE;
  if (action !== IntentAction.SUBMIT && !isReplace) return `action is ${action}`;
  // Side, type and time in force of a replace are its order's.
  return (
    (isReplace ? null : orderTerms(block)) ??
    noMantissa(block, OrderIntent.price, "price") ??
    noMantissa(block, OrderIntent.quantity, "quantity") ??
    foreignInstrument(block, OrderIntent.instrumentId)
  );
}

function orderTerms(block: DataView): string | null {
  const side = block.getUint8(OrderIntent.side);
  if (side !== Side.BUY && side !== Side.SELL) return `side is ${side}`;
  const orderType = block.getUint8(OrderIntent.orderType);
  if (!orderTypes.has(orderType)) return `orderType is ${orderType}`;
  const timeInForce = block.getUint8(OrderIntent.timeInForce);
  return timesInForce.has(timeInForce) ? null : `timeInForce is ${timeInForce}`;
}

function riskVerdict(block: DataView): string | null {
  const code = block.getUint32(RiskVerdict.code, true);
  return code <= RULE_CODE_MAX ? null : `code is ${code}, from 0 to ${RULE_CODE_MAX} are allowed`;
}

function quote(block: DataView): string | null {
  return (
    noMantissa(block, Quote.bidPrice, "bidPrice") ??
    noMantissa(block, Quote.bidSize, "bidSize") ??
    noMantissa(block, Quote.askPrice, "askPrice") ??
    noMantissa(block, Quote.askSize, "askSize")
  );
}

function trade(block: DataView): string | null {
  return noMantissa(block, Trade.price, "price") ?? noMantissa(block, Trade.size, "size");
}

function bookDelta(_block: DataView, rest: DataView): string | null {
  const bids = levels(rest, 0, "bids");
  return typeof bids === "string" ? bids : asText(levels(rest, bids, "asks"));
}

/** What is wrong with a group of levels, or where the next one begins. The records' walk has checked that they lie in the bytes. */
function levels(rest: DataView, start: number, name: string): string | number {
  const entryBytes = rest.getUint16(start, true);
  const count = rest.getUint32(start + 4, true);
  const first = start + GROUP_HEADER_BYTES;
  for (let level = 0; level < count; level++) {
    const at = first + level * entryBytes;
    const fault =
      noMantissa(rest, at + BookDelta.bids.price, `${name}[${level}].price`) ??
      noMantissa(rest, at + BookDelta.bids.size, `${name}[${level}].size`);
    if (fault !== null) return fault;
  }
  return first + count * entryBytes;
}

function asText(result: string | number): string | null {
  return typeof result === "string" ? result : null;
}

function outboundFrame(block: DataView): string | null {
  return block.getUint32(OutboundFrame.lengthBytes, true) > 0 ? null : "lengthBytes is 0";
}

/** Not a number from `least` to 1. */
function outside(block: DataView, offset: number, name: string, least: number): string | null {
  const value = block.getFloat64(offset, true);
  return value >= least && value <= 1 ? null : `${name} is ${value}, from ${least} to 1 is allowed`;
}

function shortLife(block: DataView, offset: number): string | null {
  const life = block.getBigInt64(offset, true);
  return life > 0n && life <= TIME_TO_LIVE_MAX_NS ? null : `timeToLiveNs is ${life}`;
}

function noMantissa(block: DataView, offset: number, name: string): string | null {
  const value = block.getBigInt64(offset, true);
  return value >= 0n && value <= MANTISSA_MAX ? null : `${name} is ${value}`;
}

/** The trial shows a plugin one instrument; no other can be meant. */
function foreignInstrument(block: DataView, offset: number): string | null {
  const id = block.getUint32(offset, true);
  return id === INSTRUMENT_ID ? null : `instrumentId is ${id}, there is ${INSTRUMENT_ID} alone`;
}
