import { ExecutionReport, OrderType, nextBlock } from "abi/assembly";
import { Instrument } from "../definitions/instruments";
import { instrumentOfSymbol } from "../definitions/symbol-field";
import { booleanOf, decimalOf, textOf } from "../text/fields";
import { firstElement, nextElement, readObject, readObjectOf } from "../text/json-array";
import { placeOf } from "../text/members";
import { refusal } from "../text/refused";
import { Asked } from "./asked";
import { ClientOrderId } from "./client-order-id";
import { timeOf } from "./iso-time";
import { Key } from "./keys";
import { venueOrderIdOf } from "./order-ids";
import { PageSpan } from "./page-span";
import { openReport, setCumQty } from "./order-report";
import { reverseRecords } from "./record-list";

/** The list of `orders/historical/batch`: newest first, given oldest first. Where one order was asked about, that one alone. */
export function readOrders(list: usize, end: usize): void {
  const first = nextBlock();
  PageSpan.clear();
  for (let p = firstElement(list, end); p != 0 && refusal() == 0; p = nextElement(p, end))
    if (readObject(p, end) && isWanted()) readOrder(end);
  if (refusal() == 0) reverseRecords(first, nextBlock(), offsetof<ExecutionReport>());
}

/** Of the order whose members were read last. */
function isWanted(): bool {
  if (!Asked.isOne) return true;
  const venueOrderId = venueOrderIdOf(Key.ORDER_ID);
  const client = textOf(Key.CLIENT_ORDER_ID);
  if (client != 0) ClientOrderId.parse(client);
  if (placeOf(Key.CREATED_TIME) != 0)
    PageSpan.note(timeOf(Key.CREATED_TIME), client != 0 ? ClientOrderId.epoch : 0, ClientOrderId.sequence);
  return refusal() == 0 && Asked.isAbout(venueOrderId, ClientOrderId.epoch, ClientOrderId.sequence);
}

/** One order as `orders/historical` writes it, its members read. Its time is that of its creation: the answer has no other that every order has. */
export function readOrder(end: usize): void {
  const instrument = instrumentOfSymbol(Key.PRODUCT_ID);
  const record = openReport(instrument, Key.SIDE);
  if (record === null || instrument === null) return;
  record.tsEvent = timeOf(Key.CREATED_TIME);
  setCumQty(record, decimalOf(Key.FILLED_SIZE, instrument.size.decimals));
  if (refusal() == 0) readConfiguration(record, instrument, end);
}

/** The quantity and price as they were ordered. Of configurations that this host does not send neither is told: 0 says so. */
function readConfiguration(record: ExecutionReport, instrument: Instrument, end: usize): void {
  if (!readObjectOf(Key.ORDER_CONFIGURATION, end)) return;
  const market = placeOf(Key.MARKET_MARKET_IOC);
  let limit = placeOf(Key.LIMIT_LIMIT_GTC);
  if (limit == 0) limit = placeOf(Key.SOR_LIMIT_IOC);
  if (limit == 0) limit = placeOf(Key.LIMIT_LIMIT_FOK);
  const terms = limit != 0 ? limit : market;
  if (terms == 0 || !readObject(terms, end)) return;
  // A market order may be sized in the quote currency instead.
  if (limit != 0 || placeOf(Key.BASE_SIZE) != 0)
    record.orderQty = decimalOf(Key.BASE_SIZE, instrument.size.decimals);
  if (limit == 0) return;
  record.price = decimalOf(Key.LIMIT_PRICE, instrument.price.decimals);
  if (placeOf(Key.POST_ONLY) != 0 && booleanOf(Key.POST_ONLY)) record.orderType = OrderType.LIMIT_MAKER;
}
