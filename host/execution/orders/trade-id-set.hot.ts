import { committed } from "../../../abi/host/index.ts";
import { IndexTable } from "./index-table.hot.ts";

/**
 * The last executions of one instrument, by (order slot, trade id). The order's slot stands for venue, account and venue
 * order id; it is part of the key because a trade between two orders of one account carries one trade id for both.
 * When full, the oldest leaves: what is older is caught by the check on the venue's cumulative quantity.
 */
export class TradeIdSet {
  readonly retainedMax: number;
  readonly #index: IndexTable;
  readonly #keys: Int32Array;
  #head: number;

  constructor(retainedMax: number) {
    if (!Number.isInteger(retainedMax) || retainedMax < 1 || retainedMax > 1_048_576) {
      throw new RangeError(
        `retained trade ids ${retainedMax}: expected 1 to 1,048,576; correct the configuration`,
      );
    }
    this.retainedMax = retainedMax;
    this.#index = new IndexTable(retainedMax);
    this.#keys = committed(new Int32Array(retainedMax * 3));
    this.#head = 0;
  }

  /** 1 when the execution was seen, else 0. */
  has(order: number, tradeIdLow: number, tradeIdHigh: number): number {
    return this.#index.find(order, tradeIdLow, tradeIdHigh) < 0 ? 0 : 1;
  }

  /** Remembers an execution that was not seen before. */
  add(order: number, tradeIdLow: number, tradeIdHigh: number): void {
    const keys = this.#keys;
    const head = this.#head;
    const at = head * 3;
    if (this.#index.size === this.retainedMax) {
      this.#index.remove(keys[at]!, keys[at + 1]!, keys[at + 2]!, head);
    }
    keys[at] = order;
    keys[at + 1] = tradeIdLow;
    keys[at + 2] = tradeIdHigh;
    this.#index.insert(order, tradeIdLow, tradeIdHigh, head);
    this.#head = head + 1 === this.retainedMax ? 0 : head + 1;
  }
}
