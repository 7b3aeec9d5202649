/** Buckets of an octave: a value is known to 1/32, about 3 %. */
const HALF_BITS = 5;
const HALF = 1 << HALF_BITS;
/** Values of 31 bits: 2.1 s; longer ones share the last bucket, the maximum is kept apart. */
const BUCKETS = (32 - HALF_BITS) * HALF;

/** Cells of `LatencyHistogram.summary`. */
export const LatencyCell = { COUNT: 0, MAX_NS: 1, SUM_NS: 2 } as const;

/**
 * A log-linear histogram of nanoseconds: 32 buckets for each doubling. Recording is one increment.
 *
 * ```
 *  bucket │ 0 … 63: one ns each │ 64 … 95: two ns each │ 96 … 127: four ns each │ …
 * ```
 */
export class LatencyHistogram {
  readonly summary: Float64Array;
  private readonly buckets: Float64Array;

  constructor() {
    this.summary = new Float64Array(3);
    this.buckets = new Float64Array(BUCKETS);
  }

  /** Records cells[to] - cells[from]: cells, because a double as an argument may be allocated. Negative differences count as 0. */
  record(cells: Float64Array, from: number, to: number): void {
    const { summary } = this;
    const value = cells[to]! - cells[from]!;
    const ns = value > 0 ? value : 0;
    summary[LatencyCell.COUNT] = summary[LatencyCell.COUNT]! + 1;
    summary[LatencyCell.SUM_NS] = summary[LatencyCell.SUM_NS]! + ns;
    if (ns > summary[LatencyCell.MAX_NS]!) summary[LatencyCell.MAX_NS] = ns;
    const whole = ns < 0x7fff_ffff ? ns | 0 : 0x7fff_ffff;
    const shift = whole < HALF * 2 ? 0 : 31 - HALF_BITS - Math.clz32(whole);
    const bucket = shift * HALF + (whole >>> shift);
    this.buckets[bucket] = this.buckets[bucket]! + 1;
  }

  /** The upper edge of the bucket in which a share of the values lies (0.99: p99); 0 when there are none. Cold. */
  percentile(share: number): number {
    const wanted = Math.ceil(this.summary[LatencyCell.COUNT]! * share);
    let seen = 0;
    for (let bucket = 0; bucket < this.buckets.length; bucket++) {
      seen += this.buckets[bucket]!;
      if (seen >= wanted && wanted > 0) return Math.min(upperEdge(bucket), this.summary[LatencyCell.MAX_NS]!);
    }
    return 0;
  }

  reset(): void {
    this.summary.fill(0);
    this.buckets.fill(0);
  }
}

/** The largest value of a bucket, the reverse of `record`. */
function upperEdge(bucket: number): number {
  if (bucket < 2 * HALF) return bucket;
  const shift = Math.floor(bucket / HALF) - 1;
  const mantissa = bucket - shift * HALF;
  return (mantissa + 1) * 2 ** shift - 1;
}
