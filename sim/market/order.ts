import { MANTISSA_MAX, Notional } from "./notional.hot.ts";
import type { PriceLevel } from "./price-level.ts";
import type {
  NewOrder,
  OrderState,
  OrderStatus,
  OrderType,
  Side,
  SubmitResult,
  TimeInForce,
} from "./types.ts";

/** An order inside a market: the state that listeners see, and the links of the queue it stands in. */
export class Order implements OrderState {
  orderId = 0;
  account = 0;
  clientOrderId = "";
  side: Side = 1;
  type: OrderType = "LIMIT";
  timeInForce: TimeInForce = "GTC";
  price = 0;
  quantity = 0;
  filled = 0;
  status: OrderStatus = "NEW";
  createdNs = 0;

  /** Neighbours in the queue of the level, towards older and newer orders. */
  older: Order | null = null;
  newer: Order | null = null;
  level: PriceLevel | null = null;

  /** The answer to the submit of this order, made once since every command needs one. */
  readonly result: SubmitResult = { ok: true, order: this };

  private readonly notional = new Notional();

  get filledQuote(): bigint {
    return this.notional.value();
  }

  /** LeavesQty of FIX. */
  get leaves(): number {
    return this.quantity - this.filled;
  }

  get open(): boolean {
    return this.status === "NEW" || this.status === "PARTIALLY_FILLED";
  }

  /** True when an unfilled rest joins the book. */
  get rests(): boolean {
    return this.type === "LIMIT_MAKER" || (this.type === "LIMIT" && this.timeInForce === "GTC");
  }

  assign(request: NewOrder, orderId: number, timeNs: number): void {
    this.orderId = orderId;
    this.account = request.account;
    this.clientOrderId = request.clientOrderId;
    this.side = request.side;
    this.type = request.type;
    this.timeInForce = request.timeInForce;
    this.price = request.type === "MARKET" ? 0 : request.price;
    this.quantity = request.quantity;
    this.filled = 0;
    this.status = "NEW";
    this.createdNs = timeNs;
    this.notional.clear();
  }

  fill(price: number, quantity: number): void {
    this.filled += quantity;
    this.notional.add(price, quantity);
    this.status = this.filled === this.quantity ? "FILLED" : "PARTIALLY_FILLED";
  }
}

/** Throws RangeError: a server checks its venue's filters before it submits, so a bad number here is a defect. */
export function assertOrderNumbers(request: NewOrder): void {
  if (!isMantissa(request.quantity)) throw new RangeError(mantissaText("quantity", request.quantity));
  if (request.type !== "MARKET" && !isMantissa(request.price)) {
    throw new RangeError(mantissaText("price", request.price));
  }
}

/** Whether an order takes at that price. */
export function acceptsPrice(order: Pick<NewOrder, "side" | "type" | "price">, price: number): boolean {
  if (order.type === "MARKET") return true;
  return order.side === 1 ? price <= order.price : price >= order.price;
}

function isMantissa(value: number): boolean {
  return value > 0 && value <= MANTISSA_MAX && Math.floor(value) === value;
}

function mantissaText(name: string, value: number): string {
  return `order ${name} ${value} is not an integer within 1..${MANTISSA_MAX}; scale it by 1e8 and check the filters first`;
}
