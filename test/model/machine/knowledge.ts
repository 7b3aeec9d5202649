import { PossibleWorlds } from "./possible-worlds.ts";
import type { Phase, VenueTrade } from "./venue-order.ts";

/** What one message tells of one order. */
export type Fact =
  /** it is, or was, in the venue's book, with so many lots filled */
  | { readonly kind: "lives"; readonly id: string; readonly filled: number }
  | { readonly kind: "trade"; readonly id: string; readonly trade: VenueTrade }
  /** an entry of a list, which names the order by the venue's id alone and says nothing of a sum */
  | { readonly kind: "listed"; readonly id: string; readonly trade: VenueTrade }
  | { readonly kind: "ended"; readonly id: string; readonly filled: number }
  | { readonly kind: "refused"; readonly id: string }
  /** the bytes never left this process */
  | { readonly kind: "notSent"; readonly id: string }
  /** the answer to a question about it */
  | { readonly kind: "shown"; readonly id: string; readonly phase: Phase; readonly filled: number }
  /** nobody knows what a cancel did */
  | { readonly kind: "cancelUnknown"; readonly id: string }
  | {
      readonly kind: "notFound";
      readonly id: string;
      readonly source: NotFoundSource;
      readonly askedNs: number;
    };

export type NotFoundSource = "engine" | "query";

/** One answer that there is no such order, by the time of the host's process. */
interface Absence {
  readonly source: NotFoundSource;
  readonly askedNs: number;
  readonly toldNs: number;
}

/** What a host that forgets nothing knows of one of its orders. */
export class OrderKnowledge {
  readonly worlds: PossibleWorlds;
  /** Executions by id, in lots. */
  readonly trades: Map<number, number> = new Map();
  readonly quantity: number;
  /** Its end was told, or proven. */
  isEnded = false;
  isRefused = false;
  /** Only a question about it, or its end, can end the doubt: what events say may be older. */
  needsProof = false;
  /** When this process sent it, or took it over, by its own time. */
  submittedNs: number;
  private absences: Absence[] = [];

  constructor(quantity: number, submittedNs: number, worlds: PossibleWorlds = new PossibleWorlds(quantity)) {
    this.quantity = quantity;
    this.submittedNs = submittedNs;
    this.worlds = worlds;
  }

  copy(): OrderKnowledge {
    const copy = new OrderKnowledge(this.quantity, this.submittedNs, this.worlds.copy());
    for (const [id, lots] of this.trades) copy.trades.set(id, lots);
    copy.isEnded = this.isEnded;
    copy.isRefused = this.isRefused;
    copy.needsProof = this.needsProof;
    copy.absences = [...this.absences];
    return copy;
  }

  get filled(): number {
    let sum = 0;
    for (const lots of this.trades.values()) sum += lots;
    return sum;
  }

  take(fact: Fact, nowNs: number): void {
    if (this.isContradictedBy(fact)) this.revive();
    if (fact.kind === "lives") this.worlds.tellLives(Math.min(fact.filled, this.quantity));
    else if (fact.kind === "trade") this.takeTrade(fact.trade, fact.trade.filled);
    else if (fact.kind === "listed") this.takeTrade(fact.trade, 0);
    else if (fact.kind === "ended") this.end(() => this.worlds.tellEnded(fact.filled));
    else if (fact.kind === "refused" || fact.kind === "notSent") this.takeRefusal();
    else if (fact.kind === "shown") this.takeShown(fact.phase, fact.filled);
    else if (fact.kind === "cancelUnknown") this.needsProof ||= !this.isEnded;
    else this.absences.push({ source: fact.source, askedNs: fact.askedNs, toldNs: nowNs });
  }

  /** It was refused, and is said to have lived all the same. */
  isContradictedBy({ kind }: Fact): boolean {
    return this.isRefused && CONTRADICTIONS.has(kind);
  }

  /** The connection, or the process, is gone. */
  doubt(): void {
    this.needsProof = !this.isEnded;
  }

  /** Another process has taken it over. */
  inherit(): void {
    this.submittedNs = 0;
    this.absences = [];
    this.doubt();
  }

  /** The rule by which nobody but a lag can be behind so many answers that there is no such order, told by other words than the host's. */
  hasProofOfAbsence(cancelsByVenueId: boolean): boolean {
    const queries = lateAnswers(this.absences, "query", this.submittedNs);
    if (cancelsByVenueId) return queries.length >= 2 && (queries.at(-1) ?? 0) - (queries[0] ?? 0) >= 60e9;
    return queries.length >= 2 && lateAnswers(this.absences, "engine", this.submittedNs).length >= 2;
  }

  proveAbsent(): void {
    this.end(() => this.worlds.tellRefused());
  }

  private takeTrade(trade: VenueTrade, told: number): void {
    if (this.trades.has(trade.id)) return;
    this.trades.set(trade.id, trade.lots);
    const filled = Math.max(told, this.filled);
    if (filled > this.quantity) this.worlds.tellOverFilled(filled);
    else this.worlds.tellLives(filled);
    if (this.filled >= this.quantity) this.isEnded = true;
  }

  private takeShown(phase: Phase, filled: number): void {
    this.absences = [];
    if (phase === "live") {
      this.needsProof = false;
      this.worlds.tellLives(filled);
    } else if (phase === "filled") this.worlds.tellLives(Math.min(filled, this.quantity));
    else this.end(() => this.worlds.tellEnded(filled));
  }

  private takeRefusal(): void {
    this.end(() => this.worlds.tellRefused());
    this.isRefused = true;
  }

  private revive(): void {
    this.isRefused = false;
    this.worlds.tellRevived();
    this.isEnded = false;
  }

  private end(tell: () => void): void {
    tell();
    this.isEnded = true;
  }
}

const CONTRADICTIONS: ReadonlySet<string> = new Set(["lives", "trade", "listed", "ended", "shown"]);

/** When answers of one source were given that count: asked 16 s after the sending or later, and 2 s apart. */
function lateAnswers(
  absences: readonly Absence[],
  source: NotFoundSource,
  submittedNs: number,
): readonly number[] {
  const times: number[] = [];
  for (const absence of absences) {
    if (absence.source !== source || absence.askedNs - submittedNs < 16e9) continue;
    const last = times.at(-1);
    if (last === undefined || absence.toldNs - last >= 2e9) times.push(absence.toldNs);
  }
  return times;
}
