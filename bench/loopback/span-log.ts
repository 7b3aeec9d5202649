import { LatencyCell, LatencyHistogram } from "../../host/lane/index.ts";

const ZERO = 0;
const SPAN = 1;
const NS_PER_MS = 1e6;

/** Percentiles of one side, in nanoseconds. */
export interface SpanSummary {
  readonly count: number;
  readonly p50Ns: number;
  readonly p99Ns: number;
  readonly p999Ns: number;
  readonly maxNs: number;
  /** Frames that had no answer of their own: the next one counts from the first of them. */
  readonly covered: number;
}

/** Matches answers with the frames that they answer, and keeps how long each took from the intended time of the oldest frame that it covers. */
export class SpanLog {
  private readonly histogram: LatencyHistogram = new LatencyHistogram();
  private readonly cells: Float64Array = new Float64Array(2);
  private readonly waiting: number[] = [];
  private covered = 0;
  private longestNs = 0;
  private isCounting = false;

  /** From here on answers count: what was before warmed both sides. */
  count(): void {
    this.isCounting = true;
  }

  get waitingCount(): number {
    return this.waiting.length;
  }

  /** A frame was due then, and is out. */
  sent(dueMs: number): void {
    this.waiting.push(dueMs);
  }

  /** An answer is here that covers the oldest `frames` of those that wait. Throws where there are not so many. */
  answered(nowMs: number, frames: number): void {
    const dueMs = this.waiting[0];
    if (dueMs === undefined || frames > this.waiting.length)
      throw new Error("an answer came to no frame: the frames no longer match the answers");
    this.waiting.splice(0, frames);
    this.covered += frames - 1;
    if (!this.isCounting) return;
    const spanNs = (nowMs - dueMs) * NS_PER_MS;
    this.cells[SPAN] = spanNs;
    this.longestNs = Math.max(this.longestNs, spanNs);
    this.histogram.record(this.cells, ZERO, SPAN);
  }

  summary(): SpanSummary {
    const { histogram, covered, longestNs } = this;
    return {
      count: histogram.summary[LatencyCell.COUNT] ?? 0,
      p50Ns: histogram.percentile(0.5),
      p99Ns: histogram.percentile(0.99),
      p999Ns: histogram.percentile(0.999),
      maxNs: longestNs,
      covered,
    };
  }
}
