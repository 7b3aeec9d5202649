import { Balance, Side } from "../../../abi/host/index.ts";
import {
  FillCell,
  MAX_SAFE,
  multiplyExact,
  NOTIONAL_OK,
  NotionalCell,
  NOTIONAL_CELLS,
  PARTS_PER_WHOLE,
  readMantissa,
  type InstrumentTable,
} from "../orders/index.ts";
import { AssetRoles } from "./asset-roles.ts";
import type { AssetTable } from "./asset-table.ts";

/** Bits of the result of `BalanceBook.applyFill`; 0 is all well. */
export const BalanceFault = {
  /** the fee is in an asset that the host does not know: counted in `unknownFees`, not folded */
  UNKNOWN_FEE_ASSET: 1,
  /** a sum would pass 2^53 − 1: that asset was left as it was and is marked in `broken` */
  OVERFLOW: 2,
} as const;

/**
 * Balances by venue and asset, in the row venue * assetCount + asset: as the venue reports them, and as they must be by folding our own fills and fees from the first report
 * on. A difference is shown, never repaired: it means a deposit, another trader on the account, or a mistake.
 *
 * Fees are counted in the same rows, and by agent at agent * rowCount + row; a rebate is negative.
 */
export class BalanceBook {
  readonly reportedFree: Float64Array;
  readonly reportedLocked: Float64Array;
  /** 1 once the venue reported the asset; the first report is the opening balance of the fold. */
  readonly isReported: Uint8Array;
  /** 1 where fills were folded since the last report: that one tells of an earlier moment. */
  readonly isReportOld: Uint8Array;
  readonly expectedWhole: Float64Array;
  /** Hundred-millionths of WHOLE, 0 or more. */
  readonly expectedParts: Float64Array;
  /** Of what is expected, what reports have put there: the rest is what fills have moved since the session's start. */
  readonly baseWhole: Float64Array;
  readonly baseParts: Float64Array;
  readonly broken: Uint8Array;
  readonly fees: Float64Array;
  readonly agentFees: Float64Array;
  /** Fills whose fee could not be folded, in cell 0. */
  readonly unknownFees: Float64Array;
  /** Fills in each row since its balance was last taken as true: the venue rounds each. */
  readonly roundings: Float64Array;
  readonly assetCount: number;
  readonly rowCount: number;
  readonly #assets: AssetTable;
  readonly #roles: AssetRoles;
  readonly #instruments: InstrumentTable;
  readonly #cells: Float64Array;
  readonly #back: Float64Array;

  constructor(instruments: InstrumentTable, assets: AssetTable, agentsMax: number) {
    const count = assets.count * venueCountOf(instruments);
    this.reportedFree = new Float64Array(count);
    this.reportedLocked = new Float64Array(count);
    this.isReported = new Uint8Array(count);
    this.isReportOld = new Uint8Array(count);
    this.expectedWhole = new Float64Array(count);
    this.expectedParts = new Float64Array(count);
    this.baseWhole = new Float64Array(count);
    this.baseParts = new Float64Array(count);
    this.broken = new Uint8Array(count);
    this.fees = new Float64Array(count);
    // Places as in the position book; that of the account stays empty.
    this.agentFees = new Float64Array(count * (agentsMax + 3));
    this.unknownFees = new Float64Array(1);
    this.roundings = new Float64Array(count);
    this.assetCount = assets.count;
    this.rowCount = count;
    this.#assets = assets;
    this.#roles = new AssetRoles(instruments, assets);
    this.#instruments = instruments;
    this.#cells = new Float64Array(NOTIONAL_CELLS + 2);
    this.#back = new Float64Array(3);
  }

  /** Folds one fill (FillCell layout). Returns BalanceFault bits. */
  applyFill(
    fill: Float64Array,
    agent: number,
    instrument: number,
    side: number,
    commissionAssetId: number,
  ): number {
    const firstRow = this.#instruments.venue[instrument]! * this.assetCount;
    let fault = this.#applyFee(fill, agent, firstRow, commissionAssetId);
    if (this.#roles.isSpot[instrument] === 0) return fault;
    const cells = this.#cells;
    const isBuy = side === Side.BUY;
    cells[NotionalCell.PRICE] = fill[FillCell.PRICE]!;
    cells[NotionalCell.QUANTITY] = fill[FillCell.QUANTITY]!;
    cells[NotionalCell.DIVISOR] = this.#instruments.divisor[instrument]!;
    cells[NotionalCell.PARTS_SCALE] = this.#instruments.partsScale[instrument]!;
    const quote = firstRow + this.#roles.quoteAsset[instrument]!;
    if (multiplyExact(cells) === NOTIONAL_OK) fault |= this.#add(quote, isBuy ? -1 : 1);
    else fault |= this.#break(quote);
    cells[NotionalCell.WHOLE] = fill[FillCell.QUANTITY]! * this.#roles.baseScale[instrument]!;
    cells[NotionalCell.PARTS] = 0;
    return fault | this.#add(firstRow + this.#roles.baseAsset[instrument]!, isBuy ? 1 : -1);
  }

  /** Folds one fill that the venue took back: as if it had been of the other side, and its fee paid back. Returns BalanceFault bits. */
  takeBack(
    fill: Float64Array,
    agent: number,
    instrument: number,
    side: number,
    commissionAssetId: number,
  ): number {
    const back = this.#back;
    back[FillCell.PRICE] = fill[FillCell.PRICE]!;
    back[FillCell.QUANTITY] = fill[FillCell.QUANTITY]!;
    back[FillCell.COMMISSION] = -fill[FillCell.COMMISSION]!;
    return this.applyFill(
      back,
      agent,
      instrument,
      side === Side.BUY ? Side.SELL : Side.BUY,
      commissionAssetId,
    );
  }

  /** Takes a Balance record of a venue. Returns its row, or −1 when the asset is unknown or the numbers are unsafe. */
  applyBalance(words: Int32Array, byteOffset: number, venue: number): number {
    const asset = this.#assets.indexOf(words[(byteOffset + Balance.assetId) >> 2]!);
    const cells = this.#cells;
    const read =
      readMantissa(words, byteOffset + Balance.free, cells, NOTIONAL_CELLS) &
      readMantissa(words, byteOffset + Balance.locked, cells, NOTIONAL_CELLS + 1);
    if (asset < 0 || read === 0) return -1;
    const free = cells[NOTIONAL_CELLS]!;
    const locked = cells[NOTIONAL_CELLS + 1]!;
    if (!(free + locked <= MAX_SAFE)) return -1;
    const row = venue * this.assetCount + asset;
    this.reportedFree[row] = free;
    this.reportedLocked[row] = locked;
    this.isReportOld[row] = 0;
    if (this.isReported[row] === 0) {
      this.isReported[row] = 1;
      this.expectedWhole[row] = this.expectedWhole[row]! + free + locked;
      this.baseWhole[row] = this.baseWhole[row]! + free + locked;
    }
    return row;
  }

  /** Takes what the venue reports as true: fills are folded onto it from now on. */
  rebase(row: number): void {
    if (this.isReported[row] === 0) return;
    const reported = this.reportedFree[row]! + this.reportedLocked[row]!;
    const parts = this.baseParts[row]! - this.expectedParts[row]!;
    const borrow = parts < 0 ? 1 : 0;
    this.baseWhole[row] = this.baseWhole[row]! + reported - this.expectedWhole[row]! - borrow;
    this.baseParts[row] = parts + borrow * PARTS_PER_WHOLE;
    this.expectedWhole[row] = reported;
    this.expectedParts[row] = 0;
    this.roundings[row] = 0;
    this.broken[row] = 0;
  }

  /** Whether fills of an instrument move the balance of an asset. */
  isMovedBy(instrument: number, asset: number): boolean {
    return this.#roles.baseAsset[instrument] === asset || this.#roles.quoteAsset[instrument] === asset;
  }

  /** Reported total minus expected, in whole mantissas, into `cells[slot]`; the parts of an expected balance round down. */
  difference(row: number, cells: Float64Array, slot: number): void {
    cells[slot] = this.reportedFree[row]! + this.reportedLocked[row]! - this.expectedWhole[row]!;
  }

  #applyFee(fill: Float64Array, agent: number, firstRow: number, commissionAssetId: number): number {
    const commission = fill[FillCell.COMMISSION]!;
    if (commission === 0) return 0;
    const asset = this.#assets.indexOf(commissionAssetId);
    if (asset < 0) {
      this.unknownFees[0] = this.unknownFees[0]! + 1;
      return BalanceFault.UNKNOWN_FEE_ASSET;
    }
    const row = firstRow + asset;
    const total = this.fees[row]! + commission;
    const agentRow = agent * this.rowCount + row;
    const agentTotal = this.agentFees[agentRow]! + commission;
    if (!(Math.abs(total) <= MAX_SAFE) || !(Math.abs(agentTotal) <= MAX_SAFE)) return this.#break(row);
    this.fees[row] = total;
    this.agentFees[agentRow] = agentTotal;
    this.#cells[NotionalCell.WHOLE] = commission;
    this.#cells[NotionalCell.PARTS] = 0;
    return this.#add(row, -1);
  }

  #add(row: number, sign: number): number {
    const cells = this.#cells;
    let whole = this.expectedWhole[row]! + sign * cells[NotionalCell.WHOLE]!;
    let parts = this.expectedParts[row]! + sign * cells[NotionalCell.PARTS]!;
    if (parts >= PARTS_PER_WHOLE) {
      parts -= PARTS_PER_WHOLE;
      whole += 1;
    } else if (parts < 0) {
      parts += PARTS_PER_WHOLE;
      whole -= 1;
    }
    if (!(Math.abs(whole) <= MAX_SAFE)) return this.#break(row);
    this.expectedWhole[row] = whole;
    this.expectedParts[row] = parts;
    this.roundings[row] = this.roundings[row]! + 1;
    this.isReportOld[row] = 1;
    return 0;
  }

  #break(row: number): number {
    this.broken[row] = 1;
    return BalanceFault.OVERFLOW;
  }
}

/** One more than the highest venue index in use. */
function venueCountOf({ venue }: InstrumentTable): number {
  let count = 0;
  for (let row = 0; row < venue.length; row += 1) if (venue[row]! >= count) count = venue[row]! + 1;
  return count;
}
