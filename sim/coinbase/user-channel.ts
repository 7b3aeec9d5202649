import type { ClientSession } from "./client-session.ts";
import type { VenueClock } from "./clock.ts";
import type { OrderRecord } from "./order-record.ts";
import { userEvents, userOrderText } from "./user-text.ts";

/** A snapshot shows that many orders in one message. */
const SNAPSHOT_ORDERS_MAX = 50;

interface Report {
  readonly account: number;
  readonly productId: string;
  readonly text: string;
  readonly timeNs: number;
}

/** Tells accounts of their orders, on every connection that has subscribed to `user` with a key of the account. */
export class UserChannel {
  readonly #sessions: ReadonlySet<ClientSession>;
  readonly #clock: VenueClock;
  readonly #heldOf: (record: OrderRecord) => bigint;
  #reports: Report[] = [];

  constructor(
    sessions: ReadonlySet<ClientSession>,
    clock: VenueClock,
    heldOf: (record: OrderRecord) => bigint,
  ) {
    this.#sessions = sessions;
    this.#clock = clock;
    this.#heldOf = heldOf;
  }

  /** Keeps a report until `flush`. Its text is made at once, since the order changes under our hands. */
  changed(record: OrderRecord, timeNs: number): void {
    const text = userOrderText(record, this.#heldOf(record), this.#clock);
    this.#reports.push({ account: record.account, productId: record.product.productId, text, timeNs });
  }

  /** Sends what was kept, a message for each change, in the order in which they came about. */
  flush(): void {
    if (this.#reports.length === 0) return;
    const reports = this.#reports;
    this.#reports = [];
    for (const report of reports) {
      for (const { stream } of this.#sessions) {
        if (stream.account !== report.account) continue;
        stream.publish("user", report.productId, userEvents("update", [report.text]), report.timeNs);
      }
    }
  }

  /** Shows a new subscriber the account's open orders: at least one message, though it may show none. */
  sendSnapshot(session: ClientSession, open: readonly OrderRecord[], nowNs: number): void {
    const texts = open.map((record) => userOrderText(record, this.#heldOf(record), this.#clock));
    for (let begin = 0; begin === 0 || begin < texts.length; begin += SNAPSHOT_ORDERS_MAX) {
      const part = texts.slice(begin, begin + SNAPSHOT_ORDERS_MAX);
      session.stream.send("user", userEvents("snapshot", part), nowNs);
    }
  }
}
