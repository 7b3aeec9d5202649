import { IntentAction, OrderIntent, OrderType, Side, TimeInForce } from "../../../abi/host/index.ts";
import { readMantissa } from "./mantissa.hot.ts";
import { IntentRefusal } from "./intent-refusal.ts";

/** One OrderIntent as an agent wrote it, taken apart. `check` tells whether it is well formed as a new order. */
export class IntentReader {
  /** price, quantity */
  readonly numbers: Float64Array;
  instrumentId: number;
  tag: number;
  action: number;
  side: number;
  orderType: number;
  timeInForce: number;
  #isSafe: number;

  constructor() {
    this.numbers = new Float64Array(2);
    this.instrumentId = 0;
    this.tag = 0;
    this.action = 0;
    this.side = 0;
    this.orderType = 0;
    this.timeInForce = 0;
    this.#isSafe = 0;
  }

  read(words: Int32Array, byteOffset: number): void {
    const at = byteOffset >> 2;
    const codes = words[at + (OrderIntent.action >> 2)]!;
    this.instrumentId = words[at + (OrderIntent.instrumentId >> 2)]!;
    this.tag = words[at + (OrderIntent.tag >> 2)]!;
    this.action = codes & 255;
    this.side = (codes >>> 8) & 255;
    this.orderType = (codes >>> 16) & 255;
    this.timeInForce = (codes >>> 24) & 255;
    this.#isSafe =
      readMantissa(words, byteOffset + OrderIntent.price, this.numbers, 0) &
      readMantissa(words, byteOffset + OrderIntent.quantity, this.numbers, 1);
  }

  /** 0, or MALFORMED_INTENT. */
  checkSubmit(): number {
    const price = this.numbers[0]!;
    const isMarket = this.orderType === OrderType.MARKET;
    const ok =
      this.#isSafe === 1 &&
      this.action === IntentAction.SUBMIT &&
      this.tag !== 0 &&
      (this.side === Side.BUY || this.side === Side.SELL) &&
      this.orderType >= OrderType.MARKET &&
      this.orderType <= OrderType.LIMIT_MAKER &&
      (this.timeInForce === TimeInForce.GTC ||
        this.timeInForce === TimeInForce.IOC ||
        this.timeInForce === TimeInForce.FOK) &&
      (this.orderType !== OrderType.LIMIT_MAKER || this.timeInForce === TimeInForce.GTC) &&
      (isMarket ? price === 0 : price > 0) &&
      this.numbers[1]! > 0;
    return ok ? 0 : IntentRefusal.MALFORMED_INTENT;
  }

  /** 0, or MALFORMED_INTENT. Price and quantity are the new ones, 0 where they stay; side, type and time in force are the order's. */
  checkReplace(): number {
    const ok =
      this.#isSafe === 1 &&
      this.action === IntentAction.REPLACE &&
      this.tag !== 0 &&
      this.numbers[0]! >= 0 &&
      this.numbers[1]! >= 0;
    return ok ? 0 : IntentRefusal.MALFORMED_INTENT;
  }
}
