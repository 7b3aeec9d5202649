import { RiskCheck, Side } from "../../../abi/host/index.ts";
import { MAX_SAFE, writeMantissa, type OrderTable } from "../orders/index.ts";
import type { PositionBook } from "../positions/index.ts";
import type { ReferencePrices } from "./reference-prices.ts";

/** The RiskCheck record of one order, in memory of the host's own: the lane copies it to each rule. */
export class RiskCheckRecord {
  /** 104 bytes: one RiskCheck block. */
  readonly words: Int32Array;
  readonly #orders: OrderTable;
  readonly #positions: PositionBook;
  readonly #references: ReferencePrices;
  readonly #clock: Float64Array;
  /** OrderLimits.judged: assumed price, age of the reference. */
  readonly #judged: Float64Array;
  /** Reserved for purchases and for sales, by orders of others too, less what the order can never come on top of. */
  readonly #open: Float64Array;

  constructor(
    orders: OrderTable,
    positions: PositionBook,
    references: ReferencePrices,
    clock: Float64Array,
    judged: Float64Array,
  ) {
    this.words = new Int32Array(RiskCheck.blockLength / 4);
    this.#orders = orders;
    this.#positions = positions;
    this.#references = references;
    this.#clock = clock;
    this.#judged = judged;
    this.#open = new Float64Array(2);
  }

  write(slot: number, isReducing: number): void {
    const { words } = this;
    const { columns, open, external, instruments } = this.#orders;
    const positions = this.#positions;
    const instrument = columns.instrument[slot]!;
    const agent = columns.agent[slot]!;
    writeMantissa(words, RiskCheck.timeNs, this.#clock, 0);
    writeMantissa(words, RiskCheck.price, this.#judged, 0);
    writeMantissa(words, RiskCheck.quantity, columns.quantity, slot);
    writeMantissa(words, RiskCheck.bidPrice, this.#references.bidPrice, instrument);
    writeMantissa(words, RiskCheck.askPrice, this.#references.askPrice, instrument);
    writeMantissa(
      words,
      RiskCheck.position,
      positions.quantity,
      positions.rowOf(positions.accountRow, instrument),
    );
    const credit = this.#orders.replacements.creditOf(slot);
    const isBuy = columns.side[slot] === Side.BUY;
    // What has no end is shown as the largest number that a record holds.
    this.#open[0] = Math.min(
      open.buyQty[instrument]! + external.buyQty[instrument]! - (isBuy ? credit : 0),
      MAX_SAFE,
    );
    this.#open[1] = Math.min(
      open.sellQty[instrument]! + external.sellQty[instrument]! - (isBuy ? 0 : credit),
      MAX_SAFE,
    );
    writeMantissa(words, RiskCheck.openBuyQty, this.#open, 0);
    writeMantissa(words, RiskCheck.openSellQty, this.#open, 1);
    writeMantissa(words, RiskCheck.agentPosition, positions.quantity, positions.rowOf(agent, instrument));
    writeMantissa(words, RiskCheck.referenceAgeNs, this.#judged, 1);
    words[RiskCheck.instrumentId >> 2] = instruments.instrumentId[instrument]!;
    words[RiskCheck.agentIndex >> 2] = agent;
    words[RiskCheck.side >> 2] =
      columns.side[slot]! |
      (columns.orderType[slot]! << 8) |
      (columns.timeInForce[slot]! << 16) |
      (isReducing << 24);
  }
}
