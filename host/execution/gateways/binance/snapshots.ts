import type { CancelTimer, RestAnswer, Timers } from "../../../platform/index.ts";
import type { GatewayInstrument } from "../gateway.ts";
import type { RestDesk } from "./rest-desk.ts";

export interface SnapshotParts {
  readonly desk: RestDesk;
  readonly timers: Timers;
  readonly restUrl: string;
  readonly instruments: readonly GatewayInstrument[];
  readonly levels: number;
  readonly onSnapshot: (instrumentIndex: number, bytes: Uint8Array) => void;
  readonly onNotice: (level: "warn", text: string) => void;
}

/** Between two tries for the same snapshot. */
const RETRY_NS = 1e9;

/** What a snapshot costs (rest-api.md). */
function weightOf(levels: number): number {
  if (levels <= 100) return 5;
  if (levels <= 500) return 25;
  return levels <= 1_000 ? 50 : 250;
}

/** Asks for book snapshots over REST until they come. */
export class Snapshots {
  private readonly parts: SnapshotParts;
  private readonly underWay = new Set<number>();
  private readonly retries = new Set<CancelTimer>();
  private isStopped = false;

  constructor(parts: SnapshotParts) {
    this.parts = parts;
  }

  /** Asking again while one is under way does nothing. */
  request(instrumentIndex: number): void {
    const { desk, restUrl, instruments, levels } = this.parts;
    const symbol = this.symbolOf(instrumentIndex);
    if (symbol === undefined)
      throw new Error(
        `binance: no instrument number ${instrumentIndex}; ${instruments.length} are configured`,
      );
    if (this.isStopped || this.underWay.has(instrumentIndex)) return;
    this.underWay.add(instrumentIndex);
    const url = `${restUrl}/api/v3/depth?symbol=${symbol}&limit=${levels}`;
    const waitNs = desk.get(url, weightOf(levels), {
      onAnswer: (answer) => this.answered(instrumentIndex, answer),
      onError: (reason) => this.retry(instrumentIndex, RETRY_NS, reason),
    });
    if (waitNs > 0) this.retry(instrumentIndex, waitNs, "the request weight of this minute is spent");
  }

  stop(): void {
    this.isStopped = true;
    for (const cancel of this.retries) cancel();
  }

  private symbolOf(instrumentIndex: number): string | undefined {
    return this.parts.instruments.find((known) => known.instrumentIndex === instrumentIndex)?.symbol;
  }

  private answered(instrumentIndex: number, answer: RestAnswer): void {
    if (this.isStopped) return;
    if (answer.status !== 200) {
      const waitNs = Math.max(answer.retryAfterMs * 1e6, RETRY_NS);
      this.retry(instrumentIndex, waitNs, `status ${answer.status}`);
      return;
    }
    this.underWay.delete(instrumentIndex);
    this.parts.onSnapshot(instrumentIndex, answer.bytes);
  }

  private retry(instrumentIndex: number, waitNs: number, reason: string): void {
    if (this.isStopped) return;
    this.parts.onNotice(
      "warn",
      `binance: no snapshot of ${this.symbolOf(instrumentIndex) ?? "?"}: ${reason}; trying again in ${(waitNs / 1e9).toFixed(1)} s`,
    );
    const cancel = this.parts.timers.after(waitNs, () => {
      this.retries.delete(cancel);
      this.underWay.delete(instrumentIndex);
      this.request(instrumentIndex);
    });
    this.retries.add(cancel);
  }
}
