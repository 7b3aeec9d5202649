import { SecondLimit } from "./second-limit.ts";

/** The venue's limits, each a number in one second. */
export interface LimitOptions {
  /** Requests of a user. */
  readonly privateRequestsMax: number;
  /** Requests of an IP address to public paths. */
  readonly publicRequestsMax: number;
  /** New sockets of an IP address. */
  readonly connectionsMax: number;
  /** Messages without a token of an IP address. */
  readonly anonymousMessagesMax: number;
}

/** As documented: 30 private and 10 public requests, 8 sockets and 8 unauthenticated messages a second. */
export const VENUE_LIMITS: LimitOptions = {
  privateRequestsMax: 30,
  publicRequestsMax: 10,
  connectionsMax: 8,
  anonymousMessagesMax: 8,
};

/** Keeps the limits of each user and each address. */
export class VenueLimits {
  readonly #options: LimitOptions;
  readonly #private = new Map<number, SecondLimit>();
  readonly #public = new Map<string, SecondLimit>();
  readonly #connections = new Map<string, SecondLimit>();
  readonly #messages = new Map<string, SecondLimit>();

  constructor(options: LimitOptions) {
    this.#options = options;
  }

  ofUser(account: number): SecondLimit {
    return obtain(this.#private, account, this.#options.privateRequestsMax);
  }

  ofAddress(address: string): SecondLimit {
    return obtain(this.#public, address, this.#options.publicRequestsMax);
  }

  ofConnections(address: string): SecondLimit {
    return obtain(this.#connections, address, this.#options.connectionsMax);
  }

  ofMessages(address: string): SecondLimit {
    return obtain(this.#messages, address, this.#options.anonymousMessagesMax);
  }
}

function obtain<K>(limits: Map<K, SecondLimit>, key: K, perSecond: number): SecondLimit {
  const known = limits.get(key);
  if (known !== undefined) return known;
  const made = new SecondLimit(perSecond);
  limits.set(key, made);
  return made;
}
