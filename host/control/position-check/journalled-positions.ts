import type { RecordCursor } from "../../journal/index.ts";
import { RecordType } from "../../journal/index.ts";
import type { LaneConfiguration } from "../../lane/index.ts";
import { readFillRecord } from "../../lane/index.ts";
import type { Holder, Opening, OpeningFee, OpeningInstrument, OpeningPosition } from "../opening/index.ts";
import { FoldedPositions, joined, namedFill, readOpening, SessionNames } from "../opening/index.ts";
import { readConfigurationRecord } from "../session-records.ts";

/**
 * The positions of the session that a journal is being written for, folded from its OPENING and its FILL records, and from nothing else: not from the
 * positions that FILL records carry, which are the lane's own.
 */
export class JournalledPositions {
  /** Of the CONFIGURATION record; null before it. */
  lane: LaneConfiguration | null = null;
  /** Fills so far. */
  fills = 0;
  /** Who has what now, and what the account had when the session began. */
  now: FoldedPositions = new FoldedPositions();
  atStart: FoldedPositions = new FoldedPositions();
  private names: SessionNames | null = null;

  take({ type, bytes, payloadOffset, payloadBytes }: RecordCursor): void {
    const isNeeded =
      type === RecordType.FILL || type === RecordType.CONFIGURATION || type === RecordType.OPENING;
    if (!isNeeded) return;
    const payload = bytes.subarray(payloadOffset, payloadOffset + payloadBytes);
    if (type === RecordType.CONFIGURATION) this.takeConfiguration(payload);
    else if (type === RecordType.OPENING) this.takeOpening(readOpening(payload));
    else this.takeFill(payload);
  }

  private takeConfiguration(payload: Buffer): void {
    this.lane = readConfigurationRecord(payload).lane;
    this.names = new SessionNames(this.lane);
  }

  private takeFill(payload: Buffer): void {
    if (this.names === null) throw new Error("the journal has a fill before any configuration");
    this.fills += 1;
    this.now.take(namedFill(this.names, readFillRecord(payload)));
  }

  private takeOpening(opening: Opening): void {
    const { positions, fees } = opening;
    const owners = new Set(this.lane?.agents.map(({ name }) => `agent:${name}`));
    const heirOf = (holder: Holder): Holder =>
      holder === "account" || holder === "external" || owners.has(holder) ? holder : "host";
    const inheritance = {
      positions: inherited(positions, heirOf),
      fees: inheritedFees(fees, heirOf),
      ...undoable(opening, heirOf),
    };
    for (const folded of [this.now, this.atStart]) folded.takeOpening(inheritance);
  }
}

/** [V16] What a venue may still undo of earlier sessions: as the lane has it, nothing where a position has got another holder. */
function undoable(
  { positions, fills = [], bases = positions }: Opening,
  heirOf: (holder: Holder) => Holder,
): Pick<Opening, "fills" | "bases"> {
  const keyOf = ({ venue, symbol }: OpeningInstrument): string => `${venue} ${symbol}`;
  const moved = new Set(positions.filter(({ holder }) => heirOf(holder) !== holder).map(keyOf));
  const kept = bases.filter((base) => !moved.has(keyOf(base)));
  const now = inherited(positions, heirOf).filter((position) => moved.has(keyOf(position)));
  return { fills: fills.filter((fill) => !moved.has(keyOf(fill))), bases: [...kept, ...now] };
}

/** What an agent had that is configured no more is the host's. */
function inherited(
  positions: readonly OpeningPosition[],
  heirOf: (holder: Holder) => Holder,
): OpeningPosition[] {
  const kept = new Map<string, OpeningPosition>();
  for (const position of positions) {
    const holder = heirOf(position.holder);
    const key = `${holder} ${position.venue} ${position.symbol}`;
    const other = kept.get(key);
    kept.set(key, other === undefined ? { ...position, holder } : together(other, position));
  }
  return [...kept.values()];
}

function together(one: OpeningPosition, other: OpeningPosition): OpeningPosition {
  const { quantity, cost, realized } = joined(amountsOf(one), amountsOf(other));
  const cash = BigInt(one.cash) + BigInt(other.cash);
  return {
    ...one,
    quantity: String(quantity),
    cost: String(cost),
    realized: String(realized),
    cash: String(cash),
  };
}

function amountsOf({ quantity, cost, realized }: OpeningPosition): Parameters<typeof joined>[0] {
  return { quantity: BigInt(quantity), cost: BigInt(cost), realized: BigInt(realized) };
}

function inheritedFees(fees: readonly OpeningFee[], heirOf: (holder: Holder) => Holder): OpeningFee[] {
  const kept = new Map<string, OpeningFee>();
  for (const fee of fees) {
    const holder = heirOf(fee.holder);
    const key = `${holder} ${fee.venue} ${fee.asset}`;
    const amount = String(BigInt(fee.amount) + BigInt(kept.get(key)?.amount ?? 0));
    kept.set(key, { ...fee, holder, amount });
  }
  return [...kept.values()];
}
