import type { Clock } from "../../platform/index.ts";
import { TOKEN_LIFE_SECONDS } from "./signer-message.ts";

const NS_PER_SECOND = 1e9;
/** From then on a fresh one is asked for while the old one is still given out: nobody waits for it. */
const RENEWED_AFTER_NS = 60 * NS_PER_SECOND;
/** From then on it is given to nobody: it has to reach the venue, whose clock may be ahead, within its life. */
const TOO_OLD_AFTER_NS = (TOKEN_LIFE_SECONDS - 20) * NS_PER_SECOND;
/** Above the number of different requests of a venue; one URI more and the oldest goes. */
const ENTRIES_MAX = 256;

interface Entry {
  readonly token: string;
  readonly atNs: number;
}

/** Tokens by what they are for, renewed ahead of their expiry. */
export class TokenCache {
  readonly #clock: Clock;
  readonly #make: (uri: string) => Promise<string>;
  readonly #entries = new Map<string, Entry>();
  readonly #underWay = new Map<string, Promise<string>>();
  readonly #cells = new Float64Array(1);

  constructor(clock: Clock, make: (uri: string) => Promise<string>) {
    this.#clock = clock;
    this.#make = make;
  }

  /** Rejects with what `make` rejects with, but only when there is no token that still counts. */
  token(uri: string): Promise<string> {
    const entry = this.#entries.get(uri);
    const ageNs = entry === undefined ? Number.POSITIVE_INFINITY : this.#now() - entry.atNs;
    if (entry !== undefined && ageNs < RENEWED_AFTER_NS) return Promise.resolve(entry.token);
    const fresh = this.#underWay.get(uri) ?? this.#renew(uri);
    if (entry === undefined || ageNs >= TOO_OLD_AFTER_NS) return fresh;
    // The next caller sees whether it came; this one has a token.
    fresh.catch(() => undefined);
    return Promise.resolve(entry.token);
  }

  #renew(uri: string): Promise<string> {
    // Its age counts from before it was made, however long that takes.
    const atNs = this.#now();
    const fresh = this.#make(uri)
      .then((token) => {
        this.#keep(uri, { token, atNs });
        return token;
      })
      .finally(() => {
        this.#underWay.delete(uri);
      });
    this.#underWay.set(uri, fresh);
    return fresh;
  }

  #keep(uri: string, entry: Entry): void {
    this.#entries.delete(uri);
    this.#entries.set(uri, entry);
    const [oldest] = this.#entries.keys();
    if (this.#entries.size > ENTRIES_MAX && oldest !== undefined) this.#entries.delete(oldest);
  }

  #now(): number {
    this.#clock.stamp(this.#cells, 0);
    return this.#cells[0] ?? 0;
  }
}
