/**
 * The second computation of positions and P&L: from a list of fills, in BigInt, sharing no code with the position book, so
 * that each can convict the other. Cold: for tests, reconciliation and the command line.
 */
export interface RecordedFill {
  readonly agent: number;
  readonly instrumentId: number;
  readonly side: "BUY" | "SELL";
  readonly price: bigint;
  readonly quantity: bigint;
  readonly commission: bigint;
  /** 0 when there was no commission. */
  readonly commissionAssetId: number;
  /** Names the trade among all; needed where a later one of the list undoes or corrects it. */
  readonly trade?: string;
  /** Undone: the trade never was, wherever it stands in the list. Corrected: it always had these terms. */
  readonly amends?: "UNDONE" | "CORRECTED";
}

export interface RecomputeInstrument {
  readonly instrumentId: number;
  readonly priceExponent: number;
  readonly sizeExponent: number;
  readonly quoteExponent: number;
  readonly contractMultiplier: number;
}

/** One position; money in hundred-millionths of a quote mantissa. */
export interface RecomputedPosition {
  quantity: bigint;
  cost: bigint;
  realized: bigint;
  /** Σ signed notional: received minus paid. realized + unrealized at mark = cash + quantity × mark. */
  cash: bigint;
}

export interface Recomputed {
  /** By instrument id. */
  readonly account: ReadonlyMap<number, RecomputedPosition>;
  /** By `${agent}/${instrumentId}`. */
  readonly agents: ReadonlyMap<string, RecomputedPosition>;
  /** Fees by asset id, mantissas. */
  readonly fees: ReadonlyMap<number, bigint>;
}

/** Hundred-millionths of a quote mantissa in one raw unit (price mantissa × size mantissa × multiplier). */
function unitOf(instrument: RecomputeInstrument): bigint {
  const shift = instrument.quoteExponent - instrument.priceExponent - instrument.sizeExponent;
  return 10n ** BigInt(8 - shift);
}

function magnitude(value: bigint): bigint {
  return value < 0n ? -value : value;
}

/** Folds one fill at average cost, the average rounded down to a price mantissa when only a part is closed. */
export function foldFill(
  position: RecomputedPosition,
  fill: RecordedFill,
  instrument: RecomputeInstrument,
): void {
  const worth = BigInt(instrument.contractMultiplier) * unitOf(instrument);
  const buys = fill.side === "BUY";
  const signed = buys ? fill.quantity : -fill.quantity;
  position.cash -= signed * fill.price * worth;
  const held = position.quantity;
  const opposes = held !== 0n && held > 0n !== buys;
  const closed = opposes ? (fill.quantity < magnitude(held) ? fill.quantity : magnitude(held)) : 0n;
  if (closed > 0n) {
    const average = position.cost / (magnitude(held) * worth);
    const released = closed === magnitude(held) ? position.cost : closed * average * worth;
    const proceeds = closed * fill.price * worth;
    position.realized += held > 0n ? proceeds - released : released - proceeds;
    position.cost -= released;
  }
  position.cost += (fill.quantity - closed) * fill.price * worth;
  position.quantity += signed;
}

function positionIn<Key>(positions: Map<Key, RecomputedPosition>, key: Key): RecomputedPosition {
  const known = positions.get(key);
  if (known !== undefined) return known;
  const fresh = { quantity: 0n, cost: 0n, realized: 0n, cash: 0n };
  positions.set(key, fresh);
  return fresh;
}

/** The fills as they stand after all that was undone and corrected among them. Throws RangeError on a trade that the list does not have. */
function fillsInForce(fills: Iterable<RecordedFill>): RecordedFill[] {
  const inForce: RecordedFill[] = [];
  for (const fill of fills) {
    if (fill.amends === undefined) {
      inForce.push(fill);
      continue;
    }
    const place = inForce.findLastIndex(({ trade }) => trade === fill.trade);
    const last = inForce[place];
    if (fill.trade === undefined || last === undefined)
      throw new RangeError(`trade ${String(fill.trade)} is amended and not in the list: pass all fills`);
    const { amends, ...terms } = fill;
    inForce.splice(
      place,
      1,
      ...(amends === "UNDONE" ? [] : [{ ...terms, side: last.side, agent: last.agent }]),
    );
  }
  return inForce;
}

/** Folds the fills in order, as they stand after all that was undone and corrected. Throws RangeError on a fill of an instrument that is not given. */
export function recompute(
  fills: Iterable<RecordedFill>,
  instruments: readonly RecomputeInstrument[],
): Recomputed {
  const byId = new Map(instruments.map((instrument) => [instrument.instrumentId, instrument]));
  const account = new Map<number, RecomputedPosition>();
  const agents = new Map<string, RecomputedPosition>();
  const fees = new Map<number, bigint>();
  for (const fill of fillsInForce(fills)) {
    const instrument = byId.get(fill.instrumentId);
    if (instrument === undefined) {
      throw new RangeError(
        `fill of instrument ${fill.instrumentId}, which is not defined: pass its definition too`,
      );
    }
    foldFill(positionIn(account, fill.instrumentId), fill, instrument);
    foldFill(positionIn(agents, `${fill.agent}/${fill.instrumentId}`), fill, instrument);
    if (fill.commission !== 0n) {
      fees.set(fill.commissionAssetId, (fees.get(fill.commissionAssetId) ?? 0n) + fill.commission);
    }
  }
  return { account, agents, fees };
}

/** Unrealised P&L at a mark, in hundred-millionths of a quote mantissa. */
export function unrealized(
  position: RecomputedPosition,
  instrument: RecomputeInstrument,
  mark: bigint,
): bigint {
  const worth =
    magnitude(position.quantity) * mark * BigInt(instrument.contractMultiplier) * unitOf(instrument);
  return position.quantity < 0n ? position.cost - worth : worth - position.cost;
}
