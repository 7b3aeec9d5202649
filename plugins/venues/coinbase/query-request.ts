import { AccountQuery, AccountQueryKind, OrderCommand } from "abi/assembly";
import { Instrument, instrumentOf } from "../definitions/instruments";
import { closeRequest, openRequest, writeSymbol } from "../definitions/order-fields";
import { Refusal } from "../text/refusal";
import { refuse } from "../text/refused";
import { writeInteger } from "../text/text-writer";
import { Put } from "./literals";
import { orderOf } from "./order-ids";
import { Uuid } from "./uuid";

// A question as the gateway carries it out: method and target, the request id, how many pages it may ask for, and the order that the
// question is about, which the gateway says again before each page of the answer; an empty line.
//
//   GET /api/v3/brokerage/orders/historical/batch?limit=250&product_ids=BTC-USD 1012 1 0 42 7⏎
//   ⏎                                                                            │   │ │ └┴ client order id, 0 0 for none
//                                                                request id ─────┘   │ └ venue order id, 0 for none
//                                                                             pages ─┘
//
// Paths stay the same from question to question, since a token is made for a path beforehand. So one order is asked for in a list too: by
// its UUID where that is known, else among the 250 newest of the product: the venue finds nothing by a client order id.

const ONE_PAGE: u64 = 1;
/** 10,000 open orders or accounts: more than a venue allows. */
const ALL_PAGES: u64 = 40;

/** Writes the question what became of an order. Returns the place after it. */
export function writeOrderQuery(p: usize, command: OrderCommand, instrument: Instrument): usize {
  const order = orderOf(command.venueOrderId);
  if (order !== null) p = Uuid.write(Put.byIdLine(p), order.high, order.low);
  else p = writeSymbol(Put.recentLine(p), instrument);
  p = writeNumber(writeNumber(p, command.requestId), ONE_PAGE);
  p = writeNumber(p, command.venueOrderId);
  return writeEnd(writeNumber(writeNumber(p, command.clientOrderEpoch), command.clientOrderSequence));
}

/** Writes a question about the account as the text of its request. */
export function encodeQuery(query: AccountQuery): void {
  const start = openRequest();
  const isListable = query.fromId == 0 || query.kind == AccountQueryKind.OPEN_ORDERS;
  // The venue's lists go by time, and ids are in no order: "from this id on" cannot be asked for.
  if (query.requestId == 0 || !isListable) {
    refuse(Refusal.INVALID_ORDER);
    return;
  }
  let p = writeTarget(start, query);
  if (p == 0) return;
  const isPaged = query.kind == AccountQueryKind.OPEN_ORDERS || query.kind == AccountQueryKind.BALANCES;
  p = writeNumber(writeNumber(p, query.requestId), isPaged ? ALL_PAGES : ONE_PAGE);
  p = writeEnd(writeNumber(writeNumber(writeNumber(p, 0), 0), 0));
  closeRequest(start, p, query.requestId);
}

/** 0 after noting a refusal. */
function writeTarget(p: usize, query: AccountQuery): usize {
  if (query.kind == AccountQueryKind.BALANCES) return Put.accountsLine(p);
  const instrument = instrumentOf(query.instrumentId);
  if (instrument === null) return refuse(Refusal.UNKNOWN_SYMBOL);
  if (query.kind == AccountQueryKind.OPEN_ORDERS) p = Put.openLine(p);
  else if (query.kind == AccountQueryKind.ORDERS) p = Put.recentLine(p);
  else if (query.kind == AccountQueryKind.TRADES) p = Put.fillsLine(p);
  else return refuse(Refusal.INVALID_ORDER);
  return writeSymbol(p, instrument);
}

function writeNumber(p: usize, value: u64): usize {
  store<u8>(p, 0x20);
  return writeInteger(p + 1, value);
}

function writeEnd(p: usize): usize {
  store<u16>(p, 0x0a0a);
  return p + 2;
}
