import { OrdStatus, Side } from "../../../abi/host/index.ts";
import type { OrderTable } from "../orders/index.ts";
import type { PositionBook } from "../positions/index.ts";
import { DenialCode } from "../risk/index.ts";
import type { AllocationCheck } from "../risk/index.ts";
import type { AgentShares } from "./agent-shares.ts";

export interface AllocatorOptions {
  readonly orders: OrderTable;
  readonly positions: PositionBook;
  readonly shares: AgentShares;
  /** Session time, nanoseconds, in cell 0. */
  readonly clock: Float64Array;
}

/**
 * Gives each agent a share of the account's limits, in millionths: of the position in every instrument, of the open orders and
 * of the order rate. Shares sum to one million at most, so that agents who act on the same combined signal can together never
 * do more than the account may, and none can use up the others' part.
 *
 * An agent's own position counts with its open and UNKNOWN orders of that side filled; each side is judged alone, so that an
 * agent can always lead its position back. Opposite intents of two agents are not netted: where they would trade with each
 * other the gate denies the later one (SELF_MATCH). Netting would be a further step here.
 */
export class Allocator implements AllocationCheck {
  readonly #orders: OrderTable;
  readonly #positions: PositionBook;
  readonly #shares: AgentShares;
  readonly #clock: Float64Array;

  constructor(options: AllocatorOptions) {
    this.#orders = options.orders;
    this.#positions = options.positions;
    this.#shares = options.shares;
    this.#clock = options.clock;
  }

  /** 0, or the DenialCode of the share that the order in `slot` would pass: a draft, or one that was approved, counts with the others, and has not left. */
  evaluate(slot: number): number {
    const { columns, open, instruments } = this.#orders;
    const agent = columns.agent[slot]!;
    const instrument = columns.instrument[slot]!;
    const row = agent * instruments.count + instrument;
    const position = this.#positions.quantity[this.#positions.rowOf(agent, instrument)]!;
    const quantity = columns.quantity[slot]! - this.#orders.replacements.creditOf(slot);
    const worst =
      columns.side[slot] === Side.BUY
        ? position + open.agentBuyQty[row]! + quantity
        : open.agentSellQty[row]! + quantity - position;
    if (worst > this.#shares.positionMax[row]!) {
      return this.#shares.sharePpm[agent] === 0
        ? DenialCode.AGENT_WITHOUT_SHARE
        : DenialCode.AGENT_POSITION_SHARE;
    }
    const isReducing = worst <= 0;
    if (isReducing) return 0;
    const own = columns.status[slot] === OrdStatus.INITIALIZED ? 0 : 1;
    if (open.countByAgent[agent]! - own >= this.#shares.openOrdersMax[agent]!) {
      return DenialCode.AGENT_OPEN_ORDERS_SHARE;
    }
    const rate = this.#shares.rates[agent];
    if (rate === undefined) return DenialCode.AGENT_ORDER_RATE_SHARE;
    const hasRoom =
      own === 0
        ? rate.hasRoom(this.#clock, 0)
        : rate.hasRoomToMove(columns.submittedNs, slot, this.#clock, 0);
    return hasRoom === 1 ? 0 : DenialCode.AGENT_ORDER_RATE_SHARE;
  }

  approved(slot: number): void {
    const rate = this.#shares.rates[this.#orders.columns.agent[slot]!];
    if (rate !== undefined) rate.record(this.#clock);
  }

  moved(slot: number): void {
    const { columns } = this.#orders;
    const rate = this.#shares.rates[columns.agent[slot]!];
    if (rate !== undefined) rate.move(columns.submittedNs, slot, this.#clock);
  }
}
