import type { RecomputedPosition, RecordedFill } from "../../execution/positions/index.ts";
import { foldFill } from "../../execution/positions/index.ts";
import type { FoldInstrument, NamedFill } from "./folded-positions.ts";
import type { Holder, OpeningFill } from "./opening.ts";
import { OpeningError } from "./opening.ts";

/** At least as many as a lane remembers of an instrument (host/lane/build-lane.ts): what that can undo, this can. */
const FILLS_MAX = 8_192;
/** Older ones are folded away in one go. */
const SLACK = 1_024;

/** A fill in names, whose trade may still be undone. */
type HeldFill = Omit<NamedFill, "instrument">;

/**
 * The last fills of one instrument, and what each holder had before them. The second computation undoes a trade as the lane's position book does, by folding what is left anew, and
 * shares no code with it.
 */
export class FillWindow {
  /** What holders had before the fills. */
  readonly bases: Map<Holder, RecomputedPosition> = new Map();
  private fills: HeldFill[] = [];

  /** Numbers of the session before are not needed: of these fills the names, the terms and the order count. */
  takeOpening(opening: OpeningFill): void {
    const { holder, asset, side, epoch, sequence, tradeId } = opening;
    const fill: RecordedFill = {
      agent: -1,
      instrumentId: 0,
      side,
      price: BigInt(opening.price),
      quantity: BigInt(opening.quantity),
      commission: BigInt(opening.commission),
      commissionAssetId: 0,
    };
    this.fills.push({ holder, fill, asset, order: { epoch, sequence }, tradeId, kind: "APPLIED" });
  }

  add({ instrument, ...held }: NamedFill): void {
    this.fills.push(held);
    if (this.fills.length <= FILLS_MAX + SLACK) return;
    this.retire(this.fills.length - FILLS_MAX, instrument);
  }

  /** Takes out a trade, or gives it the terms of `by`. Returns it as it was. Throws OpeningError where the journal undoes what it does not have. */
  amend(by: NamedFill): HeldFill {
    const place = this.fills.findLastIndex((held) => isSame(held, by));
    const last = this.fills[place];
    if (last === undefined)
      throw new OpeningError(
        `the journal undoes trade ${by.tradeId} of order ${by.order.epoch}.${by.order.sequence}, which it does not have; it was written by another program, or records are missing: restore the whole journal`,
      );
    const next: HeldFill = { ...last, asset: by.asset, fill: { ...by.fill, side: last.fill.side } };
    this.fills.splice(place, 1, ...(by.kind === "UNDONE" ? [] : [next]));
    return last;
  }

  /** What a holder has by its base and the fills as they are now. */
  fold(holder: Holder, instrument: FoldInstrument): RecomputedPosition {
    const position = { ...(this.bases.get(holder) ?? flat()) };
    for (const held of this.fills)
      if (holder === "account" || held.holder === holder) foldFill(position, held.fill, instrument);
    return position;
  }

  /** The last `count` fills, the oldest first; those before them are folded into the bases. */
  last(count: number, instrument: FoldInstrument): OpeningFill[] {
    if (this.fills.length > count) this.retire(this.fills.length - count, instrument);
    const { venue, symbol } = instrument;
    return this.fills.map(({ holder, fill, asset, order, tradeId }) => ({
      holder,
      venue,
      symbol,
      ...order,
      tradeId,
      side: fill.side,
      price: String(fill.price),
      quantity: String(fill.quantity),
      commission: String(fill.commission),
      asset,
    }));
  }

  private retire(count: number, instrument: FoldInstrument): void {
    for (const { holder, fill } of this.fills.splice(0, count))
      for (const who of [holder, "account"] as const) {
        const base = this.bases.get(who) ?? flat();
        this.bases.set(who, base);
        foldFill(base, fill, instrument);
      }
  }
}

function flat(): RecomputedPosition {
  return { quantity: 0n, cost: 0n, realized: 0n, cash: 0n };
}

function isSame(held: HeldFill, by: NamedFill): boolean {
  const { epoch, sequence } = by.order;
  return held.tradeId === by.tradeId && held.order.epoch === epoch && held.order.sequence === sequence;
}
