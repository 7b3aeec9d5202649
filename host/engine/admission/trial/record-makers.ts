import {
  AccountQuery,
  AccountQueryKind,
  BookTop,
  ChannelKind,
  CombinedSignal,
  ExecType,
  FeatureVector,
  Frame,
  FramePart,
  GROUP_HEADER_BYTES,
  IntentAction,
  OrderCommand,
  OrderEvent,
  OrderType,
  OrdStatus,
  Quote,
  RiskCheck,
  SignalPool,
  TimeInForce,
  Gap,
  Timer,
  Trade,
} from "../../../../abi/host/index.ts";
import { frameOf } from "./frame-texts.ts";
import type { MarketWalk } from "./market-walk.ts";
import { RecordDraft } from "./record-draft.ts";

const INSTRUMENT_ID = 1;
const VALUES = 16;
/** Of the pool: a host with more agents tries its ensemble on recorded events. */
const AGENTS = 16;
const LIFE_NS = 2_000_000_000;
const CHANNELS = Object.values(ChannelKind);
/** One message in so many is said to be a part of one, as the host's parts are: at any place, and not always what was to be expected. */
const ROUNDS_A_PART = 16;
const PARTS = Object.values(FramePart);
const STATUSES = [
  OrdStatus.ACCEPTED,
  OrdStatus.PARTIALLY_FILLED,
  OrdStatus.FILLED,
  OrdStatus.CANCELED,
  OrdStatus.REJECTED,
  OrdStatus.UNKNOWN,
  OrdStatus.DENIED,
];
const EXECUTIONS = [ExecType.NEW, ExecType.TRADE, ExecType.CANCELED, ExecType.REJECTED, ExecType.DENIED];
const TIMES = [TimeInForce.GTC, TimeInForce.IOC, TimeInForce.FOK];

function one(walk: MarketWalk, choices: readonly number[]): number {
  return choices[walk.whole(choices.length)] ?? 0;
}

function quote(walk: MarketWalk): Uint8Array {
  return new RecordDraft(Quote)
    .int64(Quote.updateId, walk.round)
    .int64(Quote.bidPrice, walk.bid)
    .int64(Quote.bidSize, walk.size)
    .int64(Quote.askPrice, walk.ask)
    .int64(Quote.askSize, walk.size)
    .uint32(Quote.instrumentId, INSTRUMENT_ID)
    .int64(Quote.timeNs, walk.timeNs).bytes;
}

function trade(walk: MarketWalk): Uint8Array {
  return new RecordDraft(Trade)
    .int64(Trade.tradeId, walk.round)
    .int64(Trade.price, walk.bid)
    .int64(Trade.size, walk.size)
    .uint32(Trade.instrumentId, INSTRUMENT_ID)
    .byte(Trade.aggressorSide, walk.side)
    .int64(Trade.timeNs, walk.timeNs).bytes;
}

function bookTop(walk: MarketWalk): Uint8Array {
  const bids = walk.levelCount;
  const asks = walk.levelCount;
  const draft = new RecordDraft(BookTop)
    .int64(BookTop.timeNs, walk.timeNs)
    .int64(BookTop.updateId, walk.round)
    .uint32(BookTop.instrumentId, INSTRUMENT_ID)
    .uint16(BookTop.bidCount, bids)
    .uint16(BookTop.askCount, asks);
  for (let level = 0; level < bids; level++)
    draft
      .int64(BookTop.bidPrices + 8 * level, walk.bid - level)
      .int64(BookTop.bidSizes + 8 * level, walk.size);
  for (let level = 0; level < asks; level++)
    draft
      .int64(BookTop.askPrices + 8 * level, walk.ask + level)
      .int64(BookTop.askSizes + 8 * level, walk.size);
  return draft.bytes;
}

function featureVector(walk: MarketWalk, features: number): Uint8Array {
  const draft = new RecordDraft(FeatureVector)
    .int64(FeatureVector.timeNs, walk.timeNs)
    .int64(FeatureVector.bidPrice, walk.bid)
    .int64(FeatureVector.bidSize, walk.size)
    .int64(FeatureVector.askPrice, walk.ask)
    .int64(FeatureVector.askSize, walk.size)
    .int64(FeatureVector.position, walk.position)
    .uint32(FeatureVector.instrumentId, INSTRUMENT_ID);
  const shown = Math.min(features, VALUES);
  for (let value = 0; value < shown; value++) draft.double(FeatureVector.values + 8 * value, walk.score);
  // Every eighth time nothing is fresh, as with a book that is not to be trusted.
  return draft.uint32(FeatureVector.freshMask, walk.round % 8 === 0 ? 0 : 2 ** shown - 1).bytes;
}

function combinedSignal(walk: MarketWalk): Uint8Array {
  return new RecordDraft(CombinedSignal)
    .double(CombinedSignal.score, walk.score)
    .double(CombinedSignal.confidence, walk.share)
    .int64(CombinedSignal.timeToLiveNs, LIFE_NS)
    .double(CombinedSignal.weights, 1)
    .uint32(CombinedSignal.instrumentId, INSTRUMENT_ID)
    .int64(CombinedSignal.timeNs, walk.timeNs).bytes;
}

function orderEvent(walk: MarketWalk): Uint8Array {
  const quantity = walk.size;
  const done = walk.whole(quantity + 1);
  return new RecordDraft(OrderEvent)
    .int64(OrderEvent.timeNs, walk.timeNs)
    .int64(OrderEvent.price, walk.bid)
    .int64(OrderEvent.quantity, quantity)
    .int64(OrderEvent.cumQty, done)
    .int64(OrderEvent.lastQty, done)
    .int64(OrderEvent.lastPrice, walk.bid)
    .int64(OrderEvent.position, walk.position)
    .uint32(OrderEvent.instrumentId, INSTRUMENT_ID)
    .uint32(OrderEvent.tag, 1 + walk.whole(8))
    .byte(OrderEvent.ordStatus, one(walk, STATUSES))
    .byte(OrderEvent.execType, one(walk, EXECUTIONS))
    .byte(OrderEvent.side, walk.side)
    .byte(OrderEvent.liquiditySide, walk.whole(3)).bytes;
}

function signalPool(walk: MarketWalk): Uint8Array {
  const { signals } = SignalPool;
  const count = walk.whole(AGENTS + 1);
  const draft = new RecordDraft(SignalPool, GROUP_HEADER_BYTES + count * signals.blockLength)
    .int64(SignalPool.timeNs, walk.timeNs)
    .double(SignalPool.midPrice, (walk.bid + walk.ask) / 2)
    .uint32(SignalPool.instrumentId, INSTRUMENT_ID)
    .uint16(SignalPool.blockLength, signals.blockLength)
    .uint32(SignalPool.blockLength + 4, count);
  for (let agent = 0; agent < count; agent++) {
    const at = SignalPool.blockLength + GROUP_HEADER_BYTES + agent * signals.blockLength;
    draft
      .double(at + signals.score, walk.score)
      .double(at + signals.confidence, walk.share)
      .int64(at + signals.publishedNs, walk.timeNs - 1_000)
      // Some have expired.
      .int64(at + signals.expiresNs, walk.timeNs + walk.whole(LIFE_NS) - LIFE_NS / 4)
      .uint32(at + signals.agentIndex, agent)
      .uint32(at + signals.sequence, walk.round);
  }
  return draft.bytes;
}

function riskCheck(walk: MarketWalk): Uint8Array {
  const type = 1 + walk.whole(3);
  return (
    new RecordDraft(RiskCheck)
      .int64(RiskCheck.timeNs, walk.timeNs)
      .int64(RiskCheck.price, type === OrderType.MARKET ? 0 : walk.bid)
      // Every eighth order is absurd.
      .int64(RiskCheck.quantity, walk.round % 8 === 0 ? Number.MAX_SAFE_INTEGER : walk.size)
      .int64(RiskCheck.bidPrice, walk.bid)
      .int64(RiskCheck.askPrice, walk.ask)
      .int64(RiskCheck.position, walk.position)
      .int64(RiskCheck.openBuyQty, walk.size)
      .int64(RiskCheck.openSellQty, walk.size)
      .int64(RiskCheck.agentPosition, walk.position)
      .int64(RiskCheck.referenceAgeNs, walk.whole(LIFE_NS))
      .uint32(RiskCheck.instrumentId, INSTRUMENT_ID)
      .uint32(RiskCheck.agentIndex, walk.whole(AGENTS))
      .byte(RiskCheck.side, walk.side)
      .byte(RiskCheck.orderType, type)
      .byte(RiskCheck.timeInForce, one(walk, TIMES))
      .byte(RiskCheck.reduceOnly, walk.whole(2)).bytes
  );
}

function frame(walk: MarketWalk): Uint8Array {
  const message = frameOf(walk);
  return new RecordDraft(Frame, message.length)
    .uint32(Frame.lengthBytes, message.length)
    .byte(Frame.channelKind, one(walk, CHANNELS))
    .byte(Frame.part, walk.round % ROUNDS_A_PART === 0 ? one(walk, PARTS) : FramePart.WHOLE)
    .raw(Frame.blockLength, message).bytes;
}

function orderCommand(walk: MarketWalk): Uint8Array {
  const isCancel = walk.round % 3 === 0;
  const type = isCancel ? OrderType.LIMIT : 1 + walk.whole(3);
  return new RecordDraft(OrderCommand)
    .int64(OrderCommand.price, type === OrderType.MARKET || isCancel ? 0 : walk.bid)
    .int64(OrderCommand.quantity, isCancel ? 0 : walk.size)
    .int64(OrderCommand.venueOrderId, isCancel ? walk.round : 0)
    .int64(OrderCommand.timestampMs, 1_700_000_000_000 + walk.round)
    .uint32(OrderCommand.requestId, walk.round)
    .uint32(OrderCommand.instrumentId, INSTRUMENT_ID)
    .uint32(OrderCommand.clientOrderEpoch, 1)
    .uint32(OrderCommand.clientOrderSequence, walk.round)
    .byte(OrderCommand.action, isCancel ? IntentAction.CANCEL : IntentAction.SUBMIT)
    .byte(OrderCommand.side, walk.side)
    .byte(OrderCommand.orderType, type)
    .byte(OrderCommand.timeInForce, TimeInForce.GTC).bytes;
}

const QUERY_KINDS = Object.values(AccountQueryKind);

function accountQuery(walk: MarketWalk): Uint8Array {
  return new RecordDraft(AccountQuery)
    .int64(AccountQuery.timestampMs, 1_700_000_000_000 + walk.round)
    .int64(AccountQuery.fromId, walk.whole(3) * walk.round)
    .uint32(AccountQuery.requestId, walk.round)
    .uint32(AccountQuery.instrumentId, INSTRUMENT_ID)
    .byte(AccountQuery.kind, one(walk, QUERY_KINDS)).bytes;
}

function timer(walk: MarketWalk): Uint8Array {
  return new RecordDraft(Timer).int64(Timer.timeNs, walk.timeNs).bytes;
}

/** Now and then a record was left out. */
function gap(walk: MarketWalk): Uint8Array {
  return new RecordDraft(Gap)
    .int64(Gap.firstSequence, walk.round + 1)
    .uint32(Gap.lostCount, 1 + (walk.round % 3)).bytes;
}

/** Makes one record of a kind that a plugin is given while it runs. `features` is the number that the plugin is shown. */
export type RecordMaker = (walk: MarketWalk, features: number) => Uint8Array;

/** By the name of the record, in the order in which a step of the host gives them. */
export const recordMakers: ReadonlyMap<string, RecordMaker> = new Map<string, RecordMaker>([
  ["Frame", frame],
  ["Gap", gap],
  ["Quote", quote],
  ["Trade", trade],
  ["BookTop", bookTop],
  ["FeatureVector", featureVector],
  ["SignalPool", signalPool],
  ["CombinedSignal", combinedSignal],
  ["RiskCheck", riskCheck],
  ["OrderEvent", orderEvent],
  ["OrderCommand", orderCommand],
  ["AccountQuery", accountQuery],
  ["Timer", timer],
]);
