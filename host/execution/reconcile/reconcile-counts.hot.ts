import { OrdStatus } from "../../../abi/host/index.ts";
import { LANE_VENUES_MAX } from "../gateways/index.ts";
import { HaltReason, Outcome } from "../orders/index.ts";
import { FINDING_KINDS } from "./finding.ts";

/** Cells of a venue; each only rises. */
export const ReconcileCount = {
  /** its order line came up: everything was asked anew */
  RESYNCS: 0,
  QUERIES_SENT: 1,
  /** answered with what was asked for */
  QUERIES_ANSWERED: 2,
  /** answered with "no such order" */
  QUERIES_NOT_FOUND: 3,
  /** without an answer in time, with one that cannot be used, or not sent */
  QUERIES_FAILED: 4,
  /** fills of orders that were over: they crossed a cancel, or were told late */
  LATE_FILLS: 5,
  /** executions that were applied before */
  DUPLICATES: 6,
  /** fills beyond an order's quantity */
  OVER_FILLS: 7,
} as const;
const COUNTS = 8;

/** What was asked, answered and refused, by venue, for those who only look. No decision is made by it, and no digest has it. */
export class ReconcileCounts {
  private readonly cells: Float64Array;
  private readonly kinds: Float64Array;

  constructor() {
    this.cells = new Float64Array(LANE_VENUES_MAX * COUNTS);
    this.kinds = new Float64Array(LANE_VENUES_MAX * FINDING_KINDS);
  }

  add(venue: number, cell: number): void {
    const at = venue * COUNTS + cell;
    this.cells[at] = this.cells[at]! + 1;
  }

  of(venue: number, cell: number): number {
    return this.cells[venue * COUNTS + cell]!;
  }

  /** A finding was journalled. */
  found(venue: number, kind: number): void {
    const at = venue * FINDING_KINDS + kind;
    this.kinds[at] = this.kinds[at]! + 1;
  }

  findings(venue: number, kind: number): number {
    return this.kinds[venue * FINDING_KINDS + kind]!;
  }

  /** What a report did: Outcome, the state that its order had before, and HaltReason. */
  onReport(venue: number, outcome: number, lastStatus: number, haltReason: number): void {
    if (outcome === Outcome.DUPLICATE) this.add(venue, ReconcileCount.DUPLICATES);
    if (haltReason === HaltReason.OVER_FILL) this.add(venue, ReconcileCount.OVER_FILLS);
    const wasOver =
      lastStatus === OrdStatus.FILLED ||
      lastStatus === OrdStatus.CANCELED ||
      lastStatus === OrdStatus.EXPIRED ||
      lastStatus === OrdStatus.REJECTED;
    if (outcome === Outcome.FILLED && wasOver) this.add(venue, ReconcileCount.LATE_FILLS);
  }
}
