import type { VenueClock } from "./clock.ts";
import type { OrderRecord } from "./order-record.ts";
import type { SymbolSpec } from "./symbol.ts";
import type { UserDataHub } from "./user-data-hub.ts";
import type { Wallet } from "./wallet.ts";
import { accountPosition, executionReport } from "./user-event.ts";
import type { ExecutionType, ReportedTrade } from "./user-event.ts";

/** Numbers the reports of all symbols: `I` grows with each of them. */
export class ExecutionIds {
  #next = 1;

  take(): number {
    const id = this.#next;
    this.#next += 1;
    return id;
  }
}

/** Reports what happens to the client orders of one symbol, and the balances that it changed. */
export class UserReporter {
  readonly #spec: SymbolSpec;
  readonly #clock: VenueClock;
  readonly #hub: UserDataHub;
  readonly #wallet: Wallet;
  readonly #ids: ExecutionIds;
  readonly #touched = new Set<number>();

  constructor(spec: SymbolSpec, clock: VenueClock, hub: UserDataHub, wallet: Wallet, ids: ExecutionIds) {
    this.#spec = spec;
    this.#clock = clock;
    this.#hub = hub;
    this.#wallet = wallet;
    this.#ids = ids;
  }

  accepted(record: OrderRecord, timeNs: number): void {
    this.#report(record, "NEW", null, timeNs);
  }

  traded(record: OrderRecord, trade: ReportedTrade, timeNs: number): void {
    this.#report(record, "TRADE", trade, timeNs);
  }

  canceled(record: OrderRecord, timeNs: number): void {
    this.#report(record, "CANCELED", null, timeNs);
  }

  expired(record: OrderRecord, timeNs: number): void {
    this.#report(record, record.prevented ? "TRADE_PREVENTION" : "EXPIRED", null, timeNs);
  }

  /** One action of the market is over: each account that it touched is told its two balances, once. */
  settle(nowNs: number): void {
    if (this.#touched.size === 0) return;
    for (const account of this.#touched) {
      if (!this.#hub.listens(account)) continue;
      const shown = [this.#spec.baseAsset, this.#spec.quoteAsset].map((asset) => ({
        asset,
        ...this.#wallet.balance(account, asset),
      }));
      this.#hub.publish(account, nowNs, (micros) => accountPosition(shown, nowNs, this.#clock, micros));
    }
    this.#touched.clear();
  }

  #report(record: OrderRecord, type: ExecutionType, trade: ReportedTrade | null, timeNs: number): void {
    const account = record.state.account;
    this.#touched.add(account);
    const id = this.#ids.take();
    if (!this.#hub.listens(account)) return;
    this.#hub.publish(account, timeNs, (micros) =>
      executionReport(record, type, trade, id, timeNs, this.#clock, micros),
    );
  }
}
