import type { Ledger, Party, Rng, Side, Terms } from "../market/index.ts";
import { isOpen, termsInForce } from "./order-record.ts";
import type { Fill, OrderRecord } from "./order-record.ts";
import type { OrderRegistry } from "./order-registry.ts";
import { makeUuid } from "./uuid.ts";

/** A client's side of a trade. */
export interface TradeSide {
  readonly record: OrderRecord;
  readonly fill: Fill;
}

/** A trade with the terms that were in force, and those that take their place; null: it is undone. */
export interface TradeChange {
  /** One, or two where both sides are clients'. */
  readonly sides: readonly TradeSide[];
  readonly before: Terms;
  readonly after: Terms | null;
}

/** Other terms for a trade of that product, or null. */
export type NewTerms = (before: Terms, record: OrderRecord) => Terms | null;

/** What the desk needs of its venue. */
export interface TradeDeskContext {
  readonly orders: OrderRegistry;
  readonly random: Rng;
  readonly ledger: (record: OrderRecord) => Ledger;
}

/**
 * Undoes trades, or gives them other terms, for both of their sides: money, fees and the orders' sums become what they are without the trade, or with
 * its new terms, and each client's list of fills gets an entry. Nothing else tells of it. Assumption: only where the orders are over, since nobody says
 * what becomes of the rest of an open one; an order that is over stays so.
 */
export class TradeDesk {
  /** What was changed, oldest first. */
  readonly changes: TradeChange[] = [];
  /** Only so many of the newest trades are changed: nobody undoes what is long settled. */
  newestMax: number = Number.POSITIVE_INFINITY;
  readonly #context: TradeDeskContext;

  constructor(context: TradeDeskContext) {
    this.#context = context;
  }

  /** The changes that are possible: orders over, no price beyond their limits, and money there for what is taken back. Newest trade first. */
  possible(newTerms: NewTerms): TradeChange[] {
    const found: TradeChange[] = [];
    const newest = [...this.#trades()].sort(([a], [b]) => b.fill.timeNs - a.fill.timeNs);
    for (const sides of newest.slice(0, this.newestMax)) {
      const [{ record, fill }] = sides;
      const before = termsInForce(record, fill);
      if (before === null) continue;
      const change = { sides, before: termsOf(before), after: newTerms(before, record) };
      if (sides.every((side) => this.#isPossible(side, change))) found.push(change);
    }
    return found;
  }

  carryOut(change: TradeChange, nowNs: number): void {
    const { sides, before, after } = change;
    for (const side of sides) this.#change(side, change, nowNs);
    this.changes.push(change);
    const [side] = sides;
    if (side === undefined || sides.length > 1) return;
    // The other side is the anonymous flow's, which pays no fee.
    const { record, fill } = side;
    const other: Side = record.side === 1 ? 2 : 1;
    this.#context.ledger(record).amend({ account: 0, side: other, isMaker: !fill.isMaker }, before, after);
  }

  /** All trades with a client in them. */
  #trades(): Iterable<readonly [TradeSide, ...TradeSide[]]> {
    const trades = new Map<string, [TradeSide, ...TradeSide[]]>();
    for (const record of this.#context.orders.all()) {
      for (const fill of record.fills) {
        const name = `${record.product.productId}/${fill.matchId}`;
        const sides = trades.get(name);
        if (sides === undefined) trades.set(name, [{ record, fill }]);
        else sides.push({ record, fill });
      }
    }
    return trades.values();
  }

  #isPossible({ record, fill }: TradeSide, { before, after }: TradeChange): boolean {
    const ledger = this.#context.ledger(record);
    const { base, quote } = ledger.changeOf(partyOf(record, fill), before, after);
    const { account, product } = record;
    return (
      !isOpen(record) &&
      isWithinLimit(record, after) &&
      ledger.balance(account, product.baseCurrency).free + base >= 0n &&
      ledger.balance(account, product.quoteCurrency).free + quote >= 0n
    );
  }

  #change({ record, fill }: TradeSide, { before, after }: TradeChange, nowNs: number): void {
    const ledger = this.#context.ledger(record);
    const party = partyOf(record, fill);
    ledger.amend(party, before, after);
    const feeBefore = ledger.feeOf(before, party).charged;
    const feeAfter = after === null ? 0n : ledger.feeOf(after, party).charged;
    record.filled += (after?.quantity ?? 0) - before.quantity;
    record.filledQuote += valueOf(after) - valueOf(before);
    record.fees += feeAfter - feeBefore;
    const ids = { entryId: makeUuid(this.#context.random), fill, timeNs: nowNs };
    record.amendments.push(
      after === null
        ? { ...ids, kind: "REVERSAL", ...before, commission: feeBefore }
        : { ...ids, kind: "CORRECTION", ...after, commission: feeAfter },
    );
  }
}

function isWithinLimit({ side, price, configuration }: OrderRecord, terms: Terms | null): boolean {
  if (terms === null || configuration.isMarket) return true;
  return side === 1 ? terms.price <= price : terms.price >= price;
}

function partyOf({ account, side }: OrderRecord, { isMaker }: Fill): Party {
  return { account, side, isMaker };
}

function termsOf({ price, quantity }: Terms): Terms {
  return { price, quantity };
}

function valueOf(terms: Terms | null): bigint {
  return terms === null ? 0n : BigInt(terms.price) * BigInt(terms.quantity);
}
