/** How often one key may ask. */
export interface RateRule {
  /** Requests at once. */
  readonly burst: number;
  /** Requests a minute in the long run. */
  readonly perMinute: number;
}

interface Bucket {
  tokens: number;
  timeNs: number;
}

const NS_PER_MINUTE = 60e9;

/** One token bucket a key. Keys are capped: the one that asked longest ago is forgotten first. */
export class RateLimiter {
  private readonly rule: RateRule;
  private readonly keysMax: number;
  /** In the order of their last request. */
  private readonly buckets = new Map<string, Bucket>();

  constructor(rule: RateRule, keysMax: number) {
    this.rule = rule;
    this.keysMax = keysMax;
  }

  /** Takes one request at `nowNs` of a clock that only counts up. 0: granted; else the nanoseconds until one is. */
  take(key: string, nowNs: number): number {
    const { burst, perMinute } = this.rule;
    const nsEach = NS_PER_MINUTE / perMinute;
    const bucket = this.buckets.get(key) ?? { tokens: burst, timeNs: nowNs };
    bucket.tokens = Math.min(burst, bucket.tokens + Math.max(0, nowNs - bucket.timeNs) / nsEach);
    bucket.timeNs = Math.max(bucket.timeNs, nowNs);
    this.buckets.delete(key);
    this.buckets.set(key, bucket);
    for (const oldest of this.buckets.keys()) {
      if (this.buckets.size <= this.keysMax) break;
      this.buckets.delete(oldest);
    }
    if (bucket.tokens < 1) return (1 - bucket.tokens) * nsEach;
    bucket.tokens -= 1;
    return 0;
  }

  get keyCount(): number {
    return this.buckets.size;
  }
}
