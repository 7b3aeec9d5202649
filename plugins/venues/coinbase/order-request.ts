import { IntentAction, OrderCommand, OrderType, Side, TimeInForce } from "abi/assembly";
import { Instrument, instrumentOf } from "../definitions/instruments";
import {
  closeRequest,
  isPlaceable,
  openRequest,
  writeOnGrid,
  writeSymbol,
} from "../definitions/order-fields";
import { Refusal } from "../text/refusal";
import { refuse } from "../text/refused";
import { writeInteger } from "../text/text-writer";
import { ClientOrderId } from "./client-order-id";
import { Put } from "./literals";
import { orderOf } from "./order-ids";
import { writeOrderQuery } from "./query-request";
import { Uuid } from "./uuid";

// A request as the gateway carries it out: method, path and request id, an empty line, the body. The request id does not leave the host:
// the gateway puts it before the answer, which does not say what it answers.
//
//   POST /api/v3/brokerage/orders 1012⏎
//   ⏎
//   {"client_order_id":"0000002a-5350-8000-8000-000000000abc","product_id":"BTC-USD","side":"BUY",
//    "order_configuration":{"limit_limit_gtc":{"base_size":"0.00100000","limit_price":"60000.00","post_only":false}}}
//
// | order type  | time in force | configuration                        |
// |-------------|---------------|--------------------------------------|
// | LIMIT       | GTC           | limit_limit_gtc, post_only false     |
// | LIMIT       | IOC           | sor_limit_ioc                        |
// | LIMIT       | FOK           | limit_limit_fok                      |
// | LIMIT_MAKER | any           | limit_limit_gtc, post_only true      |
// | MARKET      | any           | market_market_ioc, sized in the base |

//
// A replace is both, the cancel first: the gateway places the new order only when the cancel was taken. The venue has a request for
// edits, which is not this: it changes the terms under one id, and fills at the old price or of the old size would contradict the order.
//
//   REPLACE 1012⏎⏎<the cancel's body>⏎⏎<the new order's body>

/** Writes an order command as the text of its request. */
export function encodeOrder(command: OrderCommand): void {
  const instrument = instrumentOf(command.instrumentId);
  if (instrument === null) {
    refuse(Refusal.UNKNOWN_SYMBOL);
    return;
  }
  if (command.requestId == 0 || !isWhole(command)) {
    refuse(Refusal.INVALID_ORDER);
    return;
  }
  const start = openRequest();
  const end = writeRequest(start, command, instrument);
  if (end != 0) closeRequest(start, end, command.requestId);
}

function isWhole(command: OrderCommand): bool {
  const action = command.action;
  if (action == IntentAction.CANCEL) return true;
  if (action == IntentAction.QUERY) return command.venueOrderId != 0 || command.clientOrderEpoch != 0;
  // The cancel of a replace has the next request id.
  return isPlaceable(command) && (action != IntentAction.REPLACE || command.requestId != 0xffff_ffff);
}

function writeRequest(p: usize, command: OrderCommand, instrument: Instrument): usize {
  const action = command.action;
  if (action == IntentAction.QUERY) return writeOrderQuery(p, command, instrument);
  if (action == IntentAction.SUBMIT)
    return writePlace(writeInteger(Put.placeLine(p), command.requestId), command, instrument);
  const isCancel = action == IntentAction.CANCEL;
  p = writeInteger(isCancel ? Put.cancelLine(p) : Put.replaceLine(p), command.requestId);
  p = writeCancel(p, command);
  return p == 0 || isCancel ? p : writePlace(p, command, instrument);
}

/** The new order's body, behind an empty line. */
function writePlace(p: usize, command: OrderCommand, instrument: Instrument): usize {
  p = ClientOrderId.write(Put.placeHead(p), command.clientOrderEpoch, command.clientOrderSequence);
  p = writeSymbol(Put.productKey(p), instrument);
  p = writeKind(command.side == Side.BUY ? Put.buyKey(p) : Put.sellKey(p), command);
  p = writeOnGrid(p, command.quantity, instrument.size.decimals, instrument.lotDecimals);
  if (p == 0 || command.orderType == OrderType.MARKET) return p == 0 ? 0 : Put.tail(p);
  p = writeOnGrid(Put.limitPriceKey(p), command.price, instrument.price.decimals, instrument.tickDecimals);
  if (p == 0) return 0;
  if (command.orderType == OrderType.LIMIT_MAKER) return Put.postOnlyTail(p);
  return command.timeInForce == TimeInForce.GTC ? Put.restingTail(p) : Put.tail(p);
}

function writeKind(p: usize, command: OrderCommand): usize {
  if (command.orderType == OrderType.MARKET) return Put.market(p);
  if (command.orderType == OrderType.LIMIT_MAKER || command.timeInForce == TimeInForce.GTC) return Put.gtc(p);
  return command.timeInForce == TimeInForce.IOC ? Put.ioc(p) : Put.fok(p);
}

/** The cancel's body, behind an empty line. The venue cancels by its own id alone. */
function writeCancel(p: usize, command: OrderCommand): usize {
  const order = orderOf(command.venueOrderId);
  if (order === null) return refuse(Refusal.UNKNOWN_ORDER);
  return Put.cancelTail(Uuid.write(Put.cancelHead(p), order.high, order.low));
}
