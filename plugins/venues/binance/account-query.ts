import { AccountQuery, AccountQueryKind } from "abi/assembly";
import { Instrument, instrumentOf } from "../definitions/instruments";
import { Refusal } from "../text/refusal";
import { refuse } from "../text/refused";
import { writeInteger } from "../text/text-writer";
import { Put } from "./literals";
import { isWholeMs, openRequest, sealRequest, writeSymbol } from "./outbound";

/** Writes a question for the account as the text of its request, parameters in alphabetical order. */
export function encodeQuery(query: AccountQuery): void {
  if (query.requestId == 0 || !isWholeMs(query.timestampMs)) {
    refuse(Refusal.INVALID_ORDER);
    return;
  }
  const start = openRequest();
  let p = writeInteger(Put.idHead(start), query.requestId);
  if (query.kind == AccountQueryKind.BALANCES) p = Put.accountHead(p);
  else {
    const instrument = instrumentOf(query.instrumentId);
    if (instrument === null) {
      refuse(Refusal.UNKNOWN_SYMBOL);
      return;
    }
    p = writeHead(p, query, instrument);
    if (p == 0) return;
  }
  sealRequest(start, Put.cancelTail(writeInteger(p, query.timestampMs)), query.requestId);
}

/** All up to the time stamp. 0 after noting a refusal where the kind is none. */
function writeHead(p: usize, query: AccountQuery, instrument: Instrument): usize {
  const kind = query.kind;
  const fromId = query.fromId;
  if (kind == AccountQueryKind.OPEN_ORDERS) p = Put.openOrdersHead(p);
  else if (kind == AccountQueryKind.TRADES) {
    p = Put.myTradesHead(p);
    p = fromId == 0 ? Put.limitKey(p) : Put.limitAfterKey(writeInteger(Put.fromIdKey(p), fromId));
    p = Put.plainSymbolKey(p);
  } else if (kind == AccountQueryKind.ORDERS) {
    p = Put.limitKey(Put.allOrdersHead(p));
    if (fromId != 0) p = Put.symbolKey(writeInteger(Put.orderIdKey(p), fromId));
    else p = Put.plainSymbolKey(p);
  } else return refuse(Refusal.INVALID_ORDER);
  return Put.timestampKey(writeSymbol(p, instrument));
}
