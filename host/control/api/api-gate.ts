import type { Clock } from "../../platform/index.ts";
import type { AccessTokens } from "./access-tokens.ts";
import type { Actor } from "./actor.ts";
import { ApiProblem } from "./api-problem.ts";
import type { RateRule } from "./rate-limiter.ts";
import { RateLimiter } from "./rate-limiter.ts";
import type { Permission } from "./role.ts";
import { isAllowed, rolesOf } from "./role.ts";

/** A person and a console; a loop that asks as fast as it can is cut off within a second. */
const TOKEN_RATE: RateRule = { burst: 60, perMinute: 600 };
/** Several tokens may come from one address; requests without a good token count here alone. */
const ADDRESS_RATE: RateRule = { burst: 120, perMinute: 1_200 };
/** Logins that failed, of one address. */
const FAILURE_RATE: RateRule = { burst: 10, perMinute: 10 };
/** Kills and cancels have a bucket of their own, so that no flood of other requests keeps them out. */
const STOP_RATE: RateRule = { burst: 20, perMinute: 60 };
const KEYS_MAX = 1_024;

const OWN_NAMES: ReadonlySet<string> = new Set(["127.0.0.1", "localhost", "[::1]"]);
const NS_PER_SECOND = 1e9;

/** What is known of a request before its body is read. */
export interface RequestFacts {
  readonly remote: string;
  readonly hostHeader: string;
  readonly authorization: string | undefined;
}

/** What of a route decides who may ask. */
export interface Asked {
  readonly permissions: readonly Permission[];
  readonly isStop: boolean;
}

export interface GateOptions {
  readonly tokens: AccessTokens;
  /** A machine's own clock: rates and expiry are about people. */
  readonly clock: Clock;
  /** On a loopback address, only names of this machine are answered: another one was resolved to it by a page of the web. */
  readonly isLoopback: boolean;
}

/** Decides whether a request is heard: host name, token, rates, role, in this order. */
export class ApiGate {
  private readonly options: GateOptions;
  private readonly addresses = new RateLimiter(ADDRESS_RATE, KEYS_MAX);
  private readonly failures = new RateLimiter(FAILURE_RATE, KEYS_MAX);
  private readonly tokens = new RateLimiter(TOKEN_RATE, KEYS_MAX);
  private readonly stops = new RateLimiter(STOP_RATE, KEYS_MAX);
  private readonly cells = new Float64Array(1);

  constructor(options: GateOptions) {
    this.options = options;
  }

  /** The actor of a request. Throws ApiProblem. */
  identify(facts: RequestFacts, isStop: boolean): Actor {
    if (this.options.isLoopback && !OWN_NAMES.has(facts.hostHeader.replace(/:\d+$/, "")))
      throw new ApiProblem(
        "SANDPIT_API_FOREIGN_HOST",
        "this address serves its own machine only",
        "ask 127.0.0.1 or localhost; control.host of the configuration opens another address",
      );
    const nowNs = this.nowNs();
    const addressWaitNs = this.addresses.take(facts.remote, nowNs);
    const actor = this.authenticated(facts, nowNs, addressWaitNs);
    if (isStop) limited(this.stops.take(actor.name, nowNs));
    else {
      limited(addressWaitNs);
      limited(this.tokens.take(actor.name, nowNs));
    }
    return actor;
  }

  /** The name of a good token without counting the request; null for any other. */
  nameOf({ authorization }: RequestFacts): Actor | null {
    try {
      return this.options.tokens.authenticate(authorization, this.options.clock.wallMs());
    } catch {
      return null;
    }
  }

  private authenticated(facts: RequestFacts, nowNs: number, addressWaitNs: number): Actor {
    const { tokens, clock } = this.options;
    try {
      return tokens.authenticate(facts.authorization, clock.wallMs());
    } catch (problem) {
      limited(addressWaitNs);
      limited(this.failures.take(facts.remote, nowNs));
      throw problem;
    }
  }

  private nowNs(): number {
    this.options.clock.stamp(this.cells, 0);
    return this.cells[0] ?? 0;
  }
}

/** Throws ApiProblem unless one of the permissions is the actor's. */
export function authorize(actor: Actor, permissions: readonly Permission[]): void {
  if (permissions.some((permission) => isAllowed(actor.role, permission))) return;
  const able = [...new Set(permissions.flatMap(rolesOf))];
  throw new ApiProblem(
    "SANDPIT_API_FORBIDDEN",
    `${actor.name} has the role ${actor.role}, which may not do this`,
    `ask somebody with the role ${able.join(" or ")}`,
  );
}

function limited(waitNs: number): void {
  if (waitNs <= 0) return;
  const seconds = Math.ceil(waitNs / NS_PER_SECOND);
  throw new ApiProblem(
    "SANDPIT_API_RATE_LIMITED",
    "too many requests",
    `try again in ${seconds} s; watch with /v1/events instead of asking again and again`,
    seconds,
  );
}
