import { ExecType } from "../../abi/host/index.ts";
import type { OrderTable } from "../execution/orders/index.ts";
import type { BalanceBook, PositionBook, PositionHistory } from "../execution/positions/index.ts";
import type { Reconciler } from "../execution/reconcile/index.ts";
import { Failpoint, failpoint } from "../platform/failpoints/index.ts";
import { LaneCounter } from "./lane-counters.ts";
import type { OrderNotices } from "./order-notices.hot.ts";
import type { OutcomeRecords } from "./outcome-records.hot.ts";

export interface FillParts {
  readonly orders: OrderTable;
  readonly positions: PositionBook;
  readonly history: PositionHistory;
  readonly balances: BalanceBook;
  readonly counters: Float64Array;
  readonly outcomes: OutcomeRecords;
  readonly reconciler: Reconciler;
}

/** Fills to positions, balances and fees, to the journal and to agents; and back where a venue undoes them. False: a sum went wrong, the instrument must halt. */
export class FillStage {
  private readonly parts: FillParts;
  private readonly notices: OrderNotices;

  constructor(parts: FillParts, notices: OrderNotices) {
    this.parts = parts;
    this.notices = notices;
  }

  /** The fill that the order table left. */
  apply(slot: number): boolean {
    const { orders, positions, history, balances, counters } = this.parts;
    const { columns, report, fill } = orders;
    const agent = columns.agent[slot]!;
    const instrument = columns.instrument[slot]!;
    const side = columns.side[slot]!;
    failpoint(Failpoint.FILL_RECEIVED);
    counters[LaneCounter.FILLS] = counters[LaneCounter.FILLS]! + 1;
    const isOverflow = positions.applyFill(fill, agent, instrument, side) !== 0;
    const fault = balances.applyFill(fill, agent, instrument, side, report.commissionAssetId);
    history.settle(instrument);
    this.parts.outcomes.onFill(slot);
    this.parts.reconciler.answers.onFill(slot, instrument, report.tradeIdLow, report.tradeIdHigh);
    failpoint(Failpoint.FILL_APPLIED);
    this.notices.emitFill(slot, fill, report.liquiditySide);
    return !isOverflow && fault === 0;
  }

  /** The trade of others that the order table left: the account follows, and no agent. */
  applyExternal(): boolean {
    const { orders, positions, history, balances, outcomes } = this.parts;
    const { report, fill } = orders;
    const { instrument, side } = report;
    const owner = positions.externalRow;
    const isOverflow = positions.applyFill(fill, owner, instrument, side) !== 0;
    const fault = balances.applyFill(fill, owner, instrument, side, report.commissionAssetId);
    history.settle(instrument);
    outcomes.onExternalFill();
    return !isOverflow && fault === 0;
  }

  /** [V16] The trade that the order table undid or corrected: all becomes what it is without it, or with its new terms, and a person is shown it. */
  amend(slot: number, venue: number): boolean {
    const { orders, balances, history, counters, reconciler } = this.parts;
    const { columns, report, fill, amendments } = orders;
    const { undone, undoneAssetId } = amendments;
    const agent = columns.agent[slot]!;
    const instrument = columns.instrument[slot]!;
    const side = columns.side[slot]!;
    const isCorrection = report.execType === ExecType.TRADE_CORRECT;
    counters[LaneCounter.AMENDMENTS] = counters[LaneCounter.AMENDMENTS]! + 1;
    const isOverflow = history.refold(instrument) !== 0;
    let fault = balances.takeBack(undone, agent, instrument, side, undoneAssetId);
    if (isCorrection) fault |= balances.applyFill(fill, agent, instrument, side, report.commissionAssetId);
    this.parts.outcomes.onAmendment(slot);
    reconciler.onAmended(venue, slot);
    this.notices.emitAmendment(slot, report.execType, isCorrection ? fill : undone);
    return !isOverflow && fault === 0;
  }
}
