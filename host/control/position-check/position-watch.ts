import { BreakCode } from "../../execution/reconcile/index.ts";
import type { JournalWriter } from "../../journal/index.ts";
import { Progress } from "../../journal/index.ts";
import type { BuiltLane } from "../../lane/index.ts";
import type { CancelTimer, Clock, Timers } from "../../platform/index.ts";
import type { TradingSession } from "../trading-session.ts";
import type { Disagreement } from "./compare-positions.ts";
import { UNREADABLE, writeDisagreement } from "./disagreement-record.ts";
import type { CheckerListener, PositionChecker } from "./position-checker.ts";
import type { CheckAnswer } from "./position-check.ts";

/** How often a journal thread is asked whether it has written what the snapshot is compared with. */
const WRITTEN_LOOK_NS = 10e6;

/** Cells of `PositionWatch.counts`; each only rises. */
export const CheckCount = {
  /** both computations came to the same, at one sequence number of the journal */
  AGREED: 0,
  DISAGREED: 1,
  /** the journal could not be read back */
  UNREADABLE: 2,
  /** not compared: the journal refuses, or the last answer has not come yet */
  SKIPPED: 3,
  /** its thread ended by itself, or could not be had */
  LOST: 4,
} as const;

export interface WatchParts {
  readonly built: BuiltLane;
  readonly session: TradingSession;
  readonly journal: JournalWriter;
  readonly timers: Timers;
  readonly clock: Clock;
  readonly everyNs: number;
  readonly startChecker: (listener: CheckerListener) => PositionChecker;
  readonly onNotice: (level: "info" | "warn" | "error", text: string) => void;
}

/**
 * [I4] Has positions, fees and what fills moved of balances computed a second time, from the journal, and compared with the lane's at one of its records. What
 * differs becomes an input: a break, and its instrument is held until a person accepts it. Nothing is repaired.
 */
export class PositionWatch {
  /** CheckCount cells. */
  readonly counts: Float64Array = new Float64Array(Object.keys(CheckCount).length);
  /** Sequence number of the journal at which both agreed last; 0: never yet. */
  agreedSequence = 0;
  private readonly parts: WatchParts;
  private readonly cells = new Float64Array(1);
  private checker: PositionChecker | null = null;
  private isAsked = false;
  private agreedNs: number;
  private told = "";
  private cancelLook: CancelTimer | null = null;
  private cancelWait: CancelTimer | null = null;

  constructor(parts: WatchParts) {
    this.parts = parts;
    this.agreedNs = this.nowNs();
  }

  start(): void {
    this.agreedNs = this.nowNs();
    this.checker = this.begin();
    this.schedule();
  }

  async stop(): Promise<void> {
    this.cancelLook?.();
    this.cancelWait?.();
    await this.checker?.stop();
    this.checker = null;
  }

  /** Since both computations agreed last, or since the start. */
  get sinceAgreementNs(): number {
    return this.nowNs() - this.agreedNs;
  }

  private schedule(): void {
    this.cancelLook = this.parts.timers.after(this.parts.everyNs, () => {
      this.schedule();
      this.look();
    });
  }

  private look(): void {
    const { built, session, journal } = this.parts;
    this.checker ??= this.begin();
    session.commit();
    if (this.checker === null || this.isAsked || built.lane.parts.journal.refusal !== 0) {
      this.count(CheckCount.SKIPPED);
      return;
    }
    this.isAsked = true;
    this.checker.snapshot.take(built, journal.progress[Progress.LAST] ?? 0);
    this.offer(this.checker);
  }

  /** The question is put once the journal's files hold every record that the snapshot has. */
  private offer(checker: PositionChecker): void {
    const { session, journal, timers, built } = this.parts;
    if (checker !== this.checker) return;
    if (built.lane.parts.journal.refusal !== 0) {
      this.isAsked = false;
      this.count(CheckCount.SKIPPED);
    } else if ((journal.progress[Progress.WRITTEN] ?? 0) >= checker.snapshot.sequence) checker.ask();
    else
      this.cancelWait = timers.after(WRITTEN_LOOK_NS, () => {
        session.commit();
        this.offer(checker);
      });
  }

  private onAnswer(answer: CheckAnswer): void {
    this.isAsked = false;
    const { sequence } = answer;
    if (answer.state === "unreadable") {
      this.count(CheckCount.UNREADABLE);
      this.differ([UNREADABLE], sequence, answer.reason);
    } else if (answer.disagreements.length === 0) {
      this.count(CheckCount.AGREED);
      this.agreedSequence = sequence;
      this.agreedNs = this.nowNs();
      this.told = "";
    } else {
      this.count(CheckCount.DISAGREED);
      const text = answer.disagreements.map((one) => textOf(this.parts.built, one)).join("; ");
      this.differ(answer.disagreements, sequence, text);
    }
  }

  /** Told once, and again when it is another difference; the lane is told each time, since a person may have accepted a smaller one. */
  private differ(disagreements: readonly Disagreement[], sequence: number, text: string): void {
    const { session, onNotice } = this.parts;
    if (text !== this.told)
      onNotice(
        "error",
        `the two computations of positions differ at record ${sequence} of the journal: ${text}; held until a person accepts it: \`sandpit reconcile\``,
      );
    this.told = text;
    for (const disagreement of disagreements) session.disagree(writeDisagreement(disagreement, sequence));
  }

  private begin(): PositionChecker | null {
    const { startChecker, onNotice } = this.parts;
    const lose = (reason: string): void => {
      this.checker = null;
      this.isAsked = false;
      this.count(CheckCount.LOST);
      onNotice(
        "error",
        `the second computation of positions has stopped: ${reason}; it begins again in time for the next comparison`,
      );
    };
    try {
      return startChecker({ onAnswer: (answer) => this.onAnswer(answer), onLost: lose });
    } catch (error) {
      lose(error instanceof Error ? error.message : String(error));
      return null;
    }
  }

  private count(cell: number): void {
    this.counts[cell] = (this.counts[cell] ?? 0) + 1;
  }

  private nowNs(): number {
    this.parts.clock.stamp(this.cells, 0);
    return this.cells[0] ?? 0;
  }
}

/** Exact, in mantissas with eight more digits. */
function textOf({ configuration }: BuiltLane, one: Disagreement): string {
  const { code, venue, instrument, asset, holder, ours, theirs } = one;
  const what = Object.entries(BreakCode).find(([, value]) => value === code)?.[0] ?? "";
  const symbol = configuration.instruments[instrument]?.symbol ?? configuration.assets[asset]?.code ?? "";
  return `${what} of ${holder} in ${symbol} at ${configuration.venues[venue]?.name ?? ""}: the lane has ${ours}, the journal comes to ${theirs} (10^-8 mantissas)`;
}
