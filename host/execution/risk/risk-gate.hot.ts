import { OrdStatus } from "../../../abi/host/index.ts";
import type { OrderTable } from "../orders/index.ts";
import type { PositionBook } from "../positions/index.ts";
import type { ApprovalLedger } from "./approval-ledger.ts";
import { DENIAL_CODES, DenialCode, RULE_DENIED_BASE, RULE_DENIED_LAST } from "./denial-code.ts";
import { ExposureLimits } from "./exposure-limits.hot.ts";
import { MessageRates } from "./message-rates.hot.ts";
import { OrderLimits } from "./order-limits.hot.ts";
import { RateWindow } from "./rate-window.hot.ts";
import type { ReferencePrices } from "./reference-prices.ts";
import { RiskCheckRecord } from "./risk-check-record.hot.ts";
import type { RiskLimits } from "./risk-limits.ts";
import { wouldMatchExternal, wouldSelfMatch } from "./self-match.hot.ts";
import { TradingMode } from "./trading-mode.ts";
import type { TradingModes } from "./trading-modes.hot.ts";

/** The signed rules. 0 approves; 1001 to 1999 denies with the rule's own code + 1000; anything else is a fault of a rule. */
export interface RuleChain {
  evaluate(slot: number): number;
}

/** The share of the account that the order's agent has. */
export interface AllocationCheck {
  /** 0 or a DenialCode: of a draft, or of an order that was approved and has not left. */
  evaluate(slot: number): number;
  /** The order was approved: count it. */
  approved(slot: number): void;
  /** An approved order leaves later than it was counted: count it now instead. */
  moved(slot: number): void;
}

declare const decided: unique symbol;
declare const approved: unique symbol;
/** A slot (0 or more) that is approved, or −DenialCode. Made by the gate alone. */
export type RiskDecision = number & { readonly [decided]: true };
/** The slot of an order that the gate approved. What is not approved cannot be sent: the last hop takes nothing else. */
export type RiskApproved = RiskDecision & { readonly [approved]: true };

export function isApproved(decision: RiskDecision): decision is RiskApproved {
  return decision >= 0;
}

export interface RiskGateOptions {
  readonly orders: OrderTable;
  readonly positions: PositionBook;
  readonly limits: RiskLimits;
  readonly references: ReferencePrices;
  readonly modes: TradingModes;
  /** Cell 0 not zero: killed. On shared memory. */
  readonly kill: Int32Array;
  readonly rules: RuleChain;
  readonly allocation: AllocationCheck;
  readonly ledger: ApprovalLedger;
  /** Session time, nanoseconds, in cell 0. */
  readonly clock: Float64Array;
}

/** The host's own limits, always on, then the signed rules. Cancels never come here: they are counted, not judged. */
export class RiskGate {
  /** How often each code was given, by code. */
  readonly denials: Uint32Array;
  /** The RiskCheck record of the order under judgement, for the rule chain to copy. */
  readonly check: RiskCheckRecord;
  /** What the rule chain returned last. */
  lastRuleResult: number;
  readonly messageRates: MessageRates;
  readonly #orders: OrderTable;
  readonly #limits: RiskLimits;
  readonly #modes: TradingModes;
  readonly #kill: Int32Array;
  readonly #rules: RuleChain;
  readonly #allocation: AllocationCheck;
  readonly #ledger: ApprovalLedger;
  readonly #clock: Float64Array;
  readonly #orderLimits: OrderLimits;
  readonly #exposureLimits: ExposureLimits;
  readonly #orderRate: RateWindow;

  constructor(options: RiskGateOptions) {
    const { orders, positions, limits, references, clock } = options;
    this.denials = new Uint32Array(DENIAL_CODES);
    this.#orderLimits = new OrderLimits(orders.columns, orders.instruments, limits, references, clock);
    this.check = new RiskCheckRecord(orders, positions, references, clock, this.#orderLimits.judged);
    this.lastRuleResult = 0;
    this.messageRates = new MessageRates(limits.input.messageRates);
    this.#orders = orders;
    this.#limits = limits;
    this.#modes = options.modes;
    this.#kill = options.kill;
    this.#rules = options.rules;
    this.#allocation = options.allocation;
    this.#ledger = options.ledger;
    this.#clock = clock;
    this.#exposureLimits = new ExposureLimits(
      orders.columns,
      orders.open,
      orders.external,
      orders.instruments,
      positions,
      limits,
      references,
    );
    this.#orderRate = new RateWindow(limits.input.orderRate.ordersMax, limits.input.orderRate.windowNs);
  }

  /** Judges the draft in `slot`. The slot when it is approved (then counted at once), else −DenialCode. */
  evaluate(slot: number): RiskDecision {
    const isDraft = this.#orders.columns.status[slot] === OrdStatus.INITIALIZED;
    const code = isDraft ? this.#judge(slot) : DenialCode.NOT_A_DRAFT;
    if (code !== 0) {
      this.denials[code] = this.denials[code]! + 1;
      return -code as RiskDecision;
    }
    this.#approve(slot);
    return slot as RiskDecision;
  }

  /**
   * Judges once more, as of now, an order that was approved and has not left: by every limit, and by the rules. It is in the sums already, and has its place in the
   * rates, which `moved` gives to the moment in which it leaves. The slot, or −DenialCode, which is not counted.
   */
  judgeAgain(slot: number): RiskDecision {
    const isPending = this.#orders.columns.status[slot] === OrdStatus.PENDING_NEW;
    const code = isPending ? this.#judge(slot) : DenialCode.REPLACE_OVERTAKEN;
    return (code === 0 ? slot : -code) as RiskDecision;
  }

  /** The order that was judged again leaves now. To be called before the order table learns of it. */
  moved(slot: number): void {
    const { columns, instruments } = this.#orders;
    const venue = instruments.venue[columns.instrument[slot]!]!;
    this.#orderRate.move(columns.submittedNs, slot, this.#clock);
    this.messageRates.moveOrder(venue, columns.submittedNs, slot, this.#clock);
    this.#allocation.moved(slot);
  }

  /** Counts a denial that was given elsewhere: by the order table (a refused intent) or by the last hop. */
  countDenial(code: number): void {
    this.denials[code] = this.denials[code]! + 1;
  }

  /** Counts a cancel towards the venue's message rate. Never refuses. */
  countCancel(venue: number): void {
    this.messageRates.recordCancel(venue, this.#clock);
  }

  #judge(slot: number): number {
    const { columns } = this.#orders;
    const instrument = columns.instrument[slot]!;
    const agent = columns.agent[slot]!;
    if (this.#kill[0] !== 0) return DenialCode.KILLED;
    const credit = this.#orders.replacements.creditOf(slot);
    const isReducing = this.#exposureLimits.classify(slot, instrument, credit);
    const mode = this.#judgeMode(this.#modes.effective(instrument, agent), isReducing);
    if (mode !== 0) return mode;
    if (this.#limits.isRestricted[instrument] !== 0) return DenialCode.RESTRICTED_INSTRUMENT;
    const order = this.#orderLimits.check(slot, instrument);
    if (order !== 0) return order;
    const account = this.#judgeAccount(slot, instrument);
    if (account !== 0) return account;
    return this.#judgeByRules(slot, isReducing);
  }

  #judgeMode(mode: number, isReducing: number): number {
    if (mode === TradingMode.ACTIVE) return 0;
    if (mode === TradingMode.REDUCING) return isReducing === 1 ? 0 : DenialCode.MODE_REDUCING;
    return mode === TradingMode.CANCEL_ONLY ? DenialCode.MODE_CANCEL_ONLY : DenialCode.MODE_HALTED;
  }

  #judgeAccount(slot: number, instrument: number): number {
    const { columns, open, external, instruments } = this.#orders;
    const own = columns.status[slot] === OrdStatus.INITIALIZED ? 0 : 1;
    if (open.count - own >= this.#limits.openOrdersMax) return DenialCode.OPEN_ORDERS_LIMIT;
    if (open.countByInstrument[instrument]! - own >= this.#limits.openOrdersMaxOf[instrument]!) {
      return DenialCode.OPEN_ORDERS_LIMIT;
    }
    const exposure = this.#exposureLimits.check(slot, instrument);
    if (exposure !== 0) return exposure;
    if (wouldSelfMatch(columns, open, slot) === 1) return DenialCode.SELF_MATCH;
    if (wouldMatchExternal(columns, external, slot) === 1) return DenialCode.EXTERNAL_MATCH;
    const share = this.#allocation.evaluate(slot);
    if (share !== 0) return share;
    return this.#judgeRates(slot, instruments.venue[instrument]!, own);
  }

  #judgeRates(slot: number, venue: number, own: number): number {
    const { submittedNs } = this.#orders.columns;
    const clock = this.#clock;
    const hasOrder =
      own === 0
        ? this.#orderRate.hasRoom(clock, 0)
        : this.#orderRate.hasRoomToMove(submittedNs, slot, clock, 0);
    if (hasOrder === 0) return DenialCode.ORDER_RATE;
    const hasMessage =
      own === 0
        ? this.messageRates.hasRoom(venue, clock)
        : this.messageRates.hasRoomToMove(venue, submittedNs, slot, clock);
    return hasMessage === 1 ? 0 : DenialCode.MESSAGE_RATE;
  }

  #judgeByRules(slot: number, isReducing: number): number {
    this.check.write(slot, isReducing);
    const result = this.#rules.evaluate(slot);
    this.lastRuleResult = result;
    if (result === 0) return 0;
    if (result > RULE_DENIED_BASE && result <= RULE_DENIED_LAST) return result;
    // A rule that failed protects nobody: nothing new until a person has looked.
    this.#modes.restrictAccount(TradingMode.CANCEL_ONLY);
    return DenialCode.RULE_FAULT;
  }

  #approve(slot: number): void {
    const { columns, instruments } = this.#orders;
    const ledger = this.#ledger;
    const instrument = columns.instrument[slot]!;
    this.#orderRate.record(this.#clock);
    this.messageRates.recordOrder(instruments.venue[instrument]!, this.#clock);
    this.#allocation.approved(slot);
    ledger.side[slot] = columns.side[slot]!;
    ledger.orderType[slot] = columns.orderType[slot]!;
    ledger.instrumentId[slot] = instruments.instrumentId[instrument]!;
    ledger.price[slot] = columns.price[slot]!;
    ledger.quantity[slot] = columns.quantity[slot]!;
    const older = this.#orders.olderOf(slot);
    ledger.replacesEpoch[slot] = older < 0 ? 0 : columns.epoch[older]!;
    ledger.replacesSequence[slot] = older < 0 ? 0 : columns.sequence[older]!;
    ledger.sentQty[slot] = 0;
    ledger.isApproved[slot] = 1;
  }
}
