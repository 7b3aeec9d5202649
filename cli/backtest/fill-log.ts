import { Side } from "../../abi/host/index.ts";
import { decimalOf } from "../../host/control/decimal.ts";
import { FillCell } from "../../host/execution/orders/index.ts";
import type { BuiltLane } from "../../host/lane/index.ts";
import { LaneCounter } from "../../host/lane/index.ts";
import type { LineFile } from "./line-file.ts";

const EXPONENT = -8;

/** Writes each fill as a line of CSV, so that anybody may compute positions and P&L again. Times are nanoseconds since the session's start. */
export class FillLog {
  private readonly built: BuiltLane;
  private readonly file: LineFile;
  private seen = 0;

  constructor(built: BuiltLane, file: LineFile) {
    this.built = built;
    this.file = file;
    file.add("timeNs,side,price,quantity,commission,asset,agent");
  }

  /** To be called after each step. Throws Error when a step held several fills: a venue reports each in a message of its own. */
  onStep(): void {
    const { lane, orders } = this.built;
    const fills = lane.counters[LaneCounter.FILLS] ?? 0;
    if (fills === this.seen) return;
    if (fills !== this.seen + 1)
      throw new Error(
        `fill log: ${fills - this.seen} fills in one step, of which only the last is known; report this`,
      );
    this.seen = fills;
    const { report, fill } = orders;
    const decimal = (cell: number): string => decimalOf(fill[cell] ?? 0, EXPONENT);
    const side = report.side === Side.BUY ? "BUY" : "SELL";
    const numbers = [FillCell.PRICE, FillCell.QUANTITY, FillCell.COMMISSION].map(decimal);
    this.file.add(
      [
        lane.nowNs[0] ?? 0,
        side,
        ...numbers,
        this.assetOf(report.commissionAssetId),
        this.agentOf(report.sequence),
      ].join(","),
    );
  }

  private assetOf(assetId: number): string {
    return this.built.configuration.assets.find((asset) => asset.assetId === assetId)?.code ?? "";
  }

  /** An order's slot is its sequence number, cut to the table's size. */
  private agentOf(sequence: number): string {
    const { columns } = this.built.orders;
    const agent = columns.agent[sequence & (columns.capacity - 1)] ?? -1;
    return this.built.configuration.agents[agent]?.name ?? "host";
  }
}
