import type { VenueClock } from "./clock.ts";
import type { Connection } from "./connection.ts";
import { streamTerminated } from "./user-event.ts";

/** One user data subscription of one connection. */
export interface Subscription {
  readonly connection: Connection;
  readonly subscriptionId: number;
  readonly account: number;
  /** Made with `userDataStream.subscribe`, so it ends with `session.logout`; the signed kind stays. */
  readonly ofSession: boolean;
}

interface PendingEvent {
  readonly account: number;
  readonly timeNs: number;
  readonly millis: string;
  readonly micros: string;
}

/** Hands an account's events to its subscriptions, each wrapped with its subscription id, in the order they came about. */
export class UserDataHub {
  readonly #clock: VenueClock;
  readonly #byAccount = new Map<number, Subscription[]>();
  #pending: PendingEvent[] = [];

  constructor(clock: VenueClock) {
    this.#clock = clock;
  }

  /** Whether anyone listens to the account; events of others need not be built. */
  listens(account: number): boolean {
    return (this.#byAccount.get(account)?.length ?? 0) > 0;
  }

  subscribe(subscription: Subscription): void {
    const list = this.#byAccount.get(subscription.account);
    if (list === undefined) this.#byAccount.set(subscription.account, [subscription]);
    else list.push(subscription);
  }

  /** Ends subscriptions of a connection and tells it so. Returns how many. */
  unsubscribe(connection: Connection, which: (subscription: Subscription) => boolean, nowNs: number): number {
    let ended = 0;
    for (const [account, list] of this.#byAccount) {
      const kept = list.filter((entry) => entry.connection !== connection || !which(entry));
      for (const entry of list) {
        if (kept.includes(entry)) continue;
        ended += 1;
        this.#deliver(entry, streamTerminated(nowNs, this.#clock, connection.micros), nowNs);
      }
      this.#byAccount.set(account, kept);
    }
    return ended;
  }

  /** Forgets a connection that is gone. */
  forget(connection: Connection): void {
    for (const [account, list] of this.#byAccount) {
      this.#byAccount.set(
        account,
        list.filter((entry) => entry.connection !== connection),
      );
    }
  }

  /** Subscriptions of one connection, oldest first. */
  of(connection: Connection): Subscription[] {
    const found: Subscription[] = [];
    for (const list of this.#byAccount.values()) {
      for (const entry of list) if (entry.connection === connection) found.push(entry);
    }
    return found.sort((a, b) => a.subscriptionId - b.subscriptionId);
  }

  /** Keeps an event until `flush`. The text is built at once, since order states change under our hands. */
  publish(account: number, timeNs: number, build: (micros: boolean) => string): void {
    const list = this.#byAccount.get(account);
    if (list === undefined || list.length === 0) return;
    let wantsMillis = false;
    let wantsMicros = false;
    for (const entry of list) {
      if (entry.connection.micros) wantsMicros = true;
      else wantsMillis = true;
    }
    this.#pending.push({
      account,
      timeNs,
      millis: wantsMillis ? build(false) : "",
      micros: wantsMicros ? build(true) : "",
    });
  }

  /** Sends what was kept. */
  flush(): void {
    if (this.#pending.length === 0) return;
    const events = this.#pending;
    this.#pending = [];
    for (const event of events) {
      for (const entry of this.#byAccount.get(event.account) ?? []) {
        this.#deliver(entry, entry.connection.micros ? event.micros : event.millis, event.timeNs);
      }
    }
  }

  #deliver(entry: Subscription, event: string, timeNs: number): void {
    entry.connection.send(`{"subscriptionId":${entry.subscriptionId},"event":${event}}`, timeNs);
  }
}
