import { ExecType } from "../../../abi/host/index.ts";
import type { Fact } from "./knowledge.ts";
import type { OrderMachine } from "./order-machine.ts";
import { replyTo, reportOf, statusOf } from "./venue-records.ts";
import type { OrderImage, VenueOrder } from "./venue-order.ts";
import { isKnownPhase } from "./venue-order.ts";
import type { VenueRequest } from "./wire.ts";

/** What a question is answered with: records, and what they tell. */
interface Answer {
  readonly records: Buffer[];
  readonly facts: Fact[];
}

/** Answers a question by what was true `lagNs` ago. */
export function answerQuestion(machine: OrderMachine, request: VenueRequest, lagNs: number): void {
  const { requestId } = request;
  const atNs = machine.nowNs - lagNs;
  machine.wire.claim(request);
  const answer: Answer = { records: [], facts: [] };
  let status = 200;
  if (request.kind === "order") status = showOrder(request, atNs, answer);
  else if (request.kind === "openOrders") listOpen(machine, request, atNs, answer);
  else if (request.kind === "trades") listTrades(machine, request, atNs, answer);
  machine.answer(request, { ...answer, records: [...answer.records, replyTo(requestId, status)], requestId });
}

/** Nobody could answer. */
export function failQuestion(machine: OrderMachine, request: VenueRequest, status: number): void {
  const { requestId } = request;
  machine.wire.claim(request);
  machine.answer(request, {
    records: [replyTo(requestId, status)],
    facts: [],
    requestId,
    isLimit: status === 429,
  });
}

function showOrder(
  { order, requestId, askedNs }: VenueRequest,
  atNs: number,
  { records, facts }: Answer,
): number {
  if (order === null) return 404;
  const image = order.asOf(atNs);
  if (!isKnownPhase(image.phase)) {
    facts.push({ kind: "notFound", id: order.id, source: "query", askedNs });
    return 404;
  }
  records.push(imageOf(order, image, requestId));
  facts.push({ kind: "shown", id: order.id, phase: image.phase, filled: image.filled });
  return 200;
}

function listOpen(
  machine: OrderMachine,
  request: VenueRequest,
  atNs: number,
  { records, facts }: Answer,
): void {
  for (const order of machine.venue.list(({ asked }) => asked.instrumentId === request.instrumentId)) {
    const image = order.asOf(atNs);
    if (image.phase !== "live") continue;
    records.push(imageOf(order, image, request.requestId));
    facts.push({ kind: "shown", id: order.id, phase: "live", filled: image.filled });
  }
}

function listTrades(
  machine: OrderMachine,
  request: VenueRequest,
  atNs: number,
  { records, facts }: Answer,
): void {
  const { instrumentId, fromId, requestId } = request;
  const entries = machine.venue
    .list(({ asked }) => asked.instrumentId === instrumentId)
    .flatMap((order) => order.trades.map((trade) => ({ order, trade })))
    .filter(({ trade }) => trade.atNs <= atNs && trade.id >= fromId)
    .sort((one, other) => one.trade.id - other.trade.id);
  for (const { order, trade } of entries) {
    const ordStatus = statusOf(order.phase, order.filled);
    const fields = { execType: ExecType.TRADE, ordStatus, cumLots: 0, trade, atNs: trade.atNs };
    records.push(reportOf(order, { ...fields, requestId, isAnonymous: true }));
    facts.push({ kind: "listed", id: order.id, trade });
  }
}

function imageOf(order: VenueOrder, { phase, filled, atNs }: OrderImage, requestId: number): Buffer {
  const fields = { execType: ExecType.NEW, ordStatus: statusOf(phase, filled), cumLots: filled, atNs };
  return reportOf(order, { ...fields, requestId });
}
