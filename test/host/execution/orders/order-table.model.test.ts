import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { ExecType, OrdStatus, Side } from "../../../../abi/host/index.ts";
import { HaltReason, Outcome } from "../../../../host/execution/orders/index.ts";
import { randomSeed } from "../../../support/random-seed.ts";
import { ExecutionDesk, UNIT } from "../support/execution-desk.ts";

const S = OrdStatus;
const PRICE = 20_000 * UNIT;
const ENDS: ReadonlySet<number> = new Set([S.FILLED, S.CANCELED, S.EXPIRED, S.REJECTED, S.DENIED]);

interface ModelOrder {
  readonly side: number;
  readonly quantity: number;
  readonly tag: number;
  readonly requestId: number;
  readonly trades: Map<number, number>;
  status: number;
  isProven: boolean;
  isNewAnswered: boolean;
  isCanceling: boolean;
  cancelRequestId: number;
  needsProof: boolean;
}

const filled = (order: ModelOrder): number =>
  [...order.trades.values()].reduce((sum, quantity) => sum + quantity, 0);
const isOpen = (order: ModelOrder): boolean => !ENDS.has(order.status);

function working(order: ModelOrder): number {
  if (order.needsProof) return S.UNKNOWN;
  if (order.isCanceling) return S.PENDING_CANCEL;
  if (!order.isProven) return S.PENDING_NEW;
  return filled(order) > 0 ? S.PARTIALLY_FILLED : S.ACCEPTED;
}

const command = fc.record({
  kind: fc.constantFrom(
    "submit",
    "submit",
    "accept",
    "reject",
    "unknown",
    "new",
    "trade",
    "trade",
    "trade",
    "repeat",
    "cancel",
    "cancelAccept",
    "cancelReject",
    "cancelUnknown",
    "canceled",
    "expired",
    "disconnect",
    "proveOpen",
    "proveAbsent",
  ),
  pick: fc.nat(),
  lots: fc.integer({ min: 1, max: 5 }),
  tradeId: fc.integer({ min: 1, max: 1_000_000 }),
});
type Command = typeof command extends fc.Arbitrary<infer T> ? T : never;

/** A second, slow and plain, account of what must be true: one object an order, in a Map. */
class Model {
  readonly desk: ExecutionDesk = new ExecutionDesk({ capacity: 1024 });
  readonly orders: Map<number, ModelOrder> = new Map();
  #tag = 0;

  run({ kind, pick, lots, tradeId }: Command): void {
    if (kind === "submit") return this.#submit(lots);
    const slot = [...this.orders.keys()][pick % Math.max(1, this.orders.size)];
    const order = slot === undefined ? undefined : this.orders.get(slot);
    if (slot === undefined || order === undefined) return undefined;
    if (kind === "trade") return this.#trade(slot, order, tradeId, lots * 1000);
    if (kind === "repeat") return this.#repeat(slot, order);
    if (kind === "disconnect") return this.#disconnect();
    if (kind.startsWith("prove")) return this.#prove(slot, order, kind);
    if (kind.startsWith("cancel") && kind !== "canceled") return this.#cancel(slot, order, kind);
    if (kind === "canceled" || kind === "expired" || kind === "new") return this.#report(slot, order, kind);
    return this.#reply(order, kind);
  }

  #submit(lots: number): void {
    this.#tag += 1;
    const side = this.#tag % 2 === 0 ? Side.BUY : Side.SELL;
    const quantity = lots * 3000;
    const slot = this.desk.submit(0, { tag: this.#tag, side, quantity });
    const requestId = this.desk.orders.columns.newRequestId[slot] ?? 0;
    this.orders.set(slot, {
      side,
      quantity,
      tag: this.#tag,
      requestId,
      trades: new Map(),
      status: S.PENDING_NEW,
      isProven: false,
      isNewAnswered: false,
      isCanceling: false,
      cancelRequestId: 0,
      needsProof: false,
    });
  }

  #reply(order: ModelOrder, kind: string): void {
    const status = kind === "accept" ? 200 : kind === "reject" ? 400 : 503;
    const outcome = this.desk.reply(order.requestId, status);
    if (order.isNewAnswered) return assert.equal(outcome, Outcome.UNMATCHED_REPLY);
    order.isNewAnswered = true;
    if (kind === "accept") {
      order.isProven = true;
      if (order.status === S.PENDING_NEW) order.status = S.ACCEPTED;
      // It was proven absent and is accepted all the same: worst case again.
      else if (order.status === S.DENIED) order.status = S.UNKNOWN;
    } else if (kind === "reject") {
      if (order.isProven && isOpen(order)) order.status = S.UNKNOWN;
      else if (isOpen(order)) order.status = S.REJECTED;
    } else if (!order.isProven && isOpen(order)) order.status = S.UNKNOWN;
  }

  #report(slot: number, order: ModelOrder, kind: string): void {
    const execType =
      kind === "new" ? ExecType.NEW : kind === "canceled" ? ExecType.CANCELED : ExecType.EXPIRED;
    this.desk.report(slot, { execType, cumQty: Math.min(filled(order), order.quantity) });
    const last = order.status;
    order.isProven = true;
    if (kind === "new") {
      if (last === S.REJECTED || last === S.DENIED) order.status = S.UNKNOWN;
      else if (last === S.PENDING_NEW) order.status = S.ACCEPTED;
      else if (last === S.UNKNOWN) order.status = working(order);
    } else if (isOpen(order)) order.status = kind === "canceled" ? S.CANCELED : S.EXPIRED;
  }

  #trade(slot: number, order: ModelOrder, tradeId: number, lastQty: number): void {
    if (order.trades.has(tradeId)) return;
    const cumQty = filled(order) + lastQty;
    const fields = { execType: ExecType.TRADE, tradeId, lastPrice: PRICE, lastQty, cumQty };
    assert.equal(this.desk.report(slot, fields), Outcome.FILLED);
    order.trades.set(tradeId, lastQty);
    order.isProven = true;
    const wasRefused = order.status === S.REJECTED || order.status === S.DENIED;
    if (cumQty >= order.quantity) order.status = S.FILLED;
    else if (wasRefused) order.status = S.UNKNOWN;
    else if (isOpen(order)) order.status = order.status === S.UNKNOWN ? working(order) : tradedStatus(order);
    assert.equal(this.desk.orders.haltReason === HaltReason.OVER_FILL, cumQty > order.quantity);
  }

  #repeat(slot: number, order: ModelOrder): void {
    const [known] = order.trades;
    if (known === undefined) return;
    const [tradeId, lastQty] = known;
    const fields = { execType: ExecType.TRADE, tradeId, lastPrice: PRICE, lastQty, cumQty: filled(order) };
    assert.equal(this.desk.report(slot, fields), Outcome.DUPLICATE);
  }

  #cancel(slot: number, order: ModelOrder, kind: string): void {
    if (kind === "cancel") {
      const requestId = this.desk.nextRequestId();
      const outcome = this.desk.orders.requestCancel(slot, requestId);
      assert.equal(outcome === Outcome.REFUSED, !isOpen(order));
      if (!isOpen(order)) return;
      order.isCanceling = true;
      order.cancelRequestId = requestId;
      if (order.status !== S.UNKNOWN) order.status = S.PENDING_CANCEL;
      return;
    }
    if (order.cancelRequestId === 0) return;
    this.desk.reply(
      order.cancelRequestId,
      kind === "cancelAccept" ? 200 : kind === "cancelReject" ? 404 : 500,
    );
    order.cancelRequestId = 0;
    order.isCanceling = false;
    if (kind === "cancelReject" && order.status === S.PENDING_CANCEL) order.status = working(order);
    if (kind !== "cancelUnknown") return;
    if (order.status === S.PENDING_CANCEL) order.status = S.UNKNOWN;
    if (order.status === S.UNKNOWN) order.needsProof = true;
  }

  #disconnect(): void {
    this.desk.orders.markDisconnected(0);
    for (const order of this.orders.values()) {
      if (!isOpen(order)) continue;
      order.status = S.UNKNOWN;
      order.needsProof = true;
      order.isCanceling = false;
    }
  }

  #prove(slot: number, order: ModelOrder, kind: string): void {
    if (kind === "proveAbsent") {
      const outcome = this.desk.orders.proveAbsent(slot, 1);
      assert.equal(outcome === Outcome.REFUSED, order.status !== S.UNKNOWN);
      if (order.status === S.UNKNOWN) order.status = order.isProven ? S.CANCELED : S.DENIED;
      return;
    }
    this.desk.orders.proveOpen(slot);
    const last = order.status;
    order.isProven = true;
    order.needsProof = false;
    if (last === S.REJECTED || last === S.DENIED) order.status = S.UNKNOWN;
    else if (last === S.UNKNOWN) order.status = working(order);
    else if (last === S.PENDING_NEW) order.status = S.ACCEPTED;
  }

  check(): void {
    const { columns, open } = this.desk.orders;
    let buys = 0;
    let sells = 0;
    for (const [slot, order] of this.orders) {
      assert.equal(columns.status[slot], order.status, `status of order ${order.tag}`);
      assert.equal(columns.cumQty[slot], filled(order));
      const leaves = isOpen(order) ? Math.max(0, order.quantity - filled(order)) : 0;
      assert.equal(columns.exposureQty[slot], leaves);
      if (order.side === Side.BUY) buys += leaves;
      else sells += leaves;
      assert.equal(this.desk.orders.findByTag(0, order.tag) === slot, isOpen(order));
    }
    assert.deepEqual(
      [open.buyQty[0], open.sellQty[0], open.agentBuyQty[0], open.agentSellQty[0]],
      [buys, sells, buys, sells],
    );
    assert.equal(open.count, [...this.orders.values()].filter(isOpen).length);
  }
}

function tradedStatus(order: ModelOrder): number {
  return order.status === S.PENDING_CANCEL ? S.PENDING_CANCEL : S.PARTIALLY_FILLED;
}

test(`[C5] [C7] [C10] [V15] the order table agrees with a plain model over random sessions (seed ${randomSeed})`, () => {
  const property = fc.property(fc.array(command, { maxLength: 80 }), (commands) => {
    const model = new Model();
    for (const step of commands) {
      model.run(step);
      model.check();
    }
  });
  fc.assert(property, { seed: randomSeed, numRuns: 300 });
});
