import assert from "node:assert/strict";
import { IntentAction } from "../../../../abi/host/index.ts";
import { AgentShares, Allocator } from "../../../../host/execution/allocation/index.ts";
import {
  bootEpoch,
  createInstrument,
  InstrumentTable,
  OrderTable,
  Outcome,
} from "../../../../host/execution/orders/index.ts";
import type { Instrument } from "../../../../host/execution/orders/index.ts";
import { PositionBook } from "../../../../host/execution/positions/index.ts";
import {
  ApprovalLedger,
  LastHop,
  ReferencePrices,
  rearmOrder,
  RiskGate,
  RiskLimits,
  TradingMode,
  TradingModes,
} from "../../../../host/execution/risk/index.ts";
import type { InstrumentLimits, RiskLimitsInput } from "../../../../host/execution/risk/index.ts";
import { ExecutionRecords } from "./execution-records.ts";
import type { ReportFields } from "./execution-records.ts";

export const EPOCH = 7;
/** One unit of size at exponent −8. */
export const UNIT = 100_000_000;

export const bitcoin: Instrument = createInstrument({
  instrumentId: 1,
  symbol: "BTCUSDT",
  venueIndex: 0,
  kind: "spot",
  priceExponent: -8,
  sizeExponent: -8,
  quoteExponent: -8,
  contractMultiplier: 1,
  tickSize: 1_000_000,
  lotSize: 1000,
  minQuantity: 1000,
  maxQuantity: 9000 * UNIT,
  minNotional: 5 * UNIT,
  baseAssetId: 1,
  quoteAssetId: 2,
  version: 1,
});

export const future: Instrument = createInstrument({
  instrumentId: 9,
  symbol: "ESH4",
  venueIndex: 1,
  kind: "future",
  priceExponent: -9,
  sizeExponent: 0,
  quoteExponent: -8,
  contractMultiplier: 50,
  tickSize: 250_000_000,
  lotSize: 1,
  minQuantity: 1,
  maxQuantity: 1000,
  minNotional: 0,
  baseAssetId: 3,
  quoteAssetId: 4,
  version: 1,
});

export const bitcoinLimits: InstrumentLimits = {
  instrumentId: 1,
  orderQuantityMax: 2 * UNIT,
  orderNotionalMax: 60_000 * UNIT,
  positionMax: 4 * UNIT,
  openOrdersMax: 50,
  collarAggressivePpm: 50_000,
  collarPassivePpm: 200_000,
  referenceAgeMaxNs: 1_000_000_000,
  isRestricted: false,
};

export const futureLimits: InstrumentLimits = {
  ...bitcoinLimits,
  instrumentId: 9,
  orderQuantityMax: 10,
  orderNotionalMax: Number.MAX_SAFE_INTEGER,
  positionMax: 20,
};

export const defaultLimits: RiskLimitsInput = {
  instruments: [bitcoinLimits, futureLimits],
  grossNotionalMax: [
    { quoteAssetId: 2, notionalMax: 1_000_000 * UNIT },
    { quoteAssetId: 4, notionalMax: Number.MAX_SAFE_INTEGER },
  ],
  openOrdersMax: 60,
  orderRate: { ordersMax: 1000, windowNs: 1_000_000_000 },
  messageRates: [
    { venueIndex: 0, messagesMax: 1000, windowNs: 1_000_000_000, cancelReserve: 100 },
    { venueIndex: 1, messagesMax: 1000, windowNs: 1_000_000_000, cancelReserve: 100 },
  ],
};

export interface ReplaceFields {
  readonly price?: number;
  readonly quantity?: number;
  readonly tag?: number;
}

export interface DeskOptions {
  readonly limits?: Partial<RiskLimitsInput>;
  readonly bitcoinLimits?: Partial<InstrumentLimits>;
  readonly shares?: readonly number[];
  readonly capacity?: number;
  readonly tradeIdsRetained?: number;
  /** The first venue cancels in a replace only what is unfilled. */
  readonly guardsReplace?: boolean;
  readonly fillsRetained?: number;
}

/** A whole execution plane for one account: armed, with a valid book at 20,000.00 to 20,000.10. */
export class ExecutionDesk {
  readonly records: ExecutionRecords = new ExecutionRecords();
  readonly clock: Float64Array = new Float64Array(1);
  readonly kill: Int32Array = new Int32Array(1);
  readonly leaseUntilNs: Float64Array = Float64Array.of(Number.POSITIVE_INFINITY);
  readonly instruments: InstrumentTable = new InstrumentTable([bitcoin, future]);
  readonly orders: OrderTable;
  readonly positions: PositionBook;
  readonly references: ReferencePrices = new ReferencePrices(2);
  readonly modes: TradingModes = new TradingModes(2, 4);
  readonly ledger: ApprovalLedger;
  readonly shares: AgentShares;
  readonly gate: RiskGate;
  readonly lastHop: LastHop;
  ruleResult: number = 0;
  ruleCalls: number = 0;
  #requestId: number = 0;

  constructor(options: DeskOptions = {}) {
    const { clock, instruments, references, modes, kill } = this;
    const agentsMax = 4;
    const capacity = options.capacity ?? 1024;
    const retained = options.tradeIdsRetained ?? 1024;
    this.orders = new OrderTable({
      instruments,
      epoch: bootEpoch(EPOCH),
      agentsMax,
      clock,
      capacity,
      tradeIdsRetained: retained,
      guardsReplace: Uint8Array.of(options.guardsReplace === true ? 1 : 0, 0),
      fillsRetained: options.fillsRetained ?? 1024,
    });
    this.positions = new PositionBook(instruments, agentsMax);
    const rows = [{ ...bitcoinLimits, ...options.bitcoinLimits }, futureLimits];
    const limits = new RiskLimits({ ...defaultLimits, instruments: rows, ...options.limits }, instruments);
    this.ledger = new ApprovalLedger(capacity);
    this.shares = new AgentShares(limits, agentsMax);
    (options.shares ?? [500_000, 500_000]).forEach((share, agent) => this.shares.set(agent, share));
    const { orders, positions, shares, ledger } = this;
    const allocation = new Allocator({ orders, positions, shares, clock });
    const rules = {
      evaluate: (): number => {
        this.ruleCalls += 1;
        return this.ruleResult;
      },
    };
    this.gate = new RiskGate({
      orders,
      positions,
      limits,
      references,
      modes,
      kill,
      rules,
      allocation,
      ledger,
      clock,
    });
    this.lastHop = new LastHop({
      ledger,
      kill,
      accountMode: modes.account,
      clock,
      leaseUntilNs: this.leaseUntilNs,
      epoch: EPOCH,
      budgets: limits.input.messageRates,
    });
    modes.rearmAccount(TradingMode.ACTIVE, rearmOrder("the test", "to begin"));
    this.setReference(0, 20_000 * UNIT, 20_000 * UNIT + 10_000_000);
    this.setReference(1, 5_000_000_000_000, 5_000_250_000_000);
  }

  setReference(instrument: number, bid: number, ask: number): void {
    this.references.bidPrice[instrument] = bid;
    this.references.askPrice[instrument] = ask;
    this.references.timeNs[instrument] = this.clock[0] ?? 0;
    this.references.isValid[instrument] = 1;
  }

  nextRequestId(): number {
    this.#requestId += 1;
    return this.#requestId;
  }

  /** Draft of an agent; the slot. */
  draft(agent: number, fields: Parameters<ExecutionRecords["intent"]>[0]): number {
    const { words, offset } = this.records.intent({ price: 20_000 * UNIT, quantity: UNIT, ...fields });
    return this.orders.create(words, offset, agent);
  }

  /** Draft → gate → submitted. The slot, or the negative denial code; a denied draft is denied in the table as well. */
  send(agent: number, fields: Parameters<ExecutionRecords["intent"]>[0]): number {
    const slot = this.draft(agent, fields);
    if (slot < 0) return slot;
    const decision: number = this.gate.evaluate(slot);
    if (decision < 0) this.orders.deny(slot, -decision);
    else this.orders.submit(slot, this.nextRequestId());
    return decision;
  }

  /** Without the gate: what the order table alone does. */
  submit(agent: number, fields: Parameters<ExecutionRecords["intent"]>[0]): number {
    const slot = this.draft(agent, fields);
    assert.ok(slot >= 0, `intent refused: ${slot}`);
    this.orders.submit(slot, this.nextRequestId());
    return slot;
  }

  /** Draft of an agent in place of its order in `older`; the slot. Price and quantity 0: as they are. */
  draftReplacement(agent: number, older: number, fields: ReplaceFields): number {
    const tag = this.orders.columns.tag[older] ?? 0;
    const { words, offset } = this.records.intent({ action: IntentAction.REPLACE, tag, ...fields });
    return this.orders.createReplacement(words, offset, agent, older);
  }

  /** Without the gate: the replacement's slot. Its request id is the next one, that of the cancel the one after. */
  replace(older: number, fields: ReplaceFields): number {
    const slot = this.draftReplacement(this.orders.columns.agent[older] ?? 0, older, fields);
    assert.ok(slot >= 0, `replacement refused: ${slot}`);
    const requestId = this.nextRequestId();
    this.nextRequestId();
    assert.equal(this.orders.submitReplacement(slot, requestId), Outcome.CHANGED);
    return slot;
  }

  report(slot: number, fields: ReportFields): number {
    const { columns } = this.orders;
    const { words, offset } = this.records.report({
      side: columns.side[slot] ?? 0,
      sequence: columns.sequence[slot] ?? 0,
      epoch: columns.epoch[slot] ?? 0,
      instrumentId: this.instruments.instrumentId[columns.instrument[slot] ?? 0] ?? 0,
      ...fields,
    });
    return this.orders.applyReport(words, offset);
  }

  reply(requestId: number, status: number, errorCode = 0): number {
    const { words, offset } = this.records.reply(requestId, status, errorCode);
    return this.orders.applyReply(words, offset);
  }

  /** Folds a fill into the positions as the lane does. */
  fill(agent: number, instrument: number, side: number, price: number, quantity: number): number {
    return this.positions.applyFill(Float64Array.of(price, quantity, 0), agent, instrument, side);
  }

  status(slot: number): number {
    return this.orders.columns.status[slot] ?? 0;
  }
}
