import type { AccountQueryKind } from "../../../abi/host/index.ts";
import type { FindingKind } from "./finding.ts";

/** What a reconciliation needs done; the lane does it. None of it decides anything. */
export interface ReconcileDesk {
  /** Asks about the account, from the trade id in `from[0]` on. The request's id, or 0 where nothing leaves. */
  askAccount(venue: number, kind: AccountQueryKind, instrument: number, from: Float64Array): number;
  /** Asks what became of an order. The request's id, or 0 where nothing leaves. */
  askOrder(venue: number, slot: number): number;
  /** Applies a report out of an answer, by the way of all reports. Returns Outcome. */
  applyReport(venue: number, words: Int32Array): number;
  /** Folds a trade of an order that this host did not make into the account, by the caller's word that it is new. */
  applyExternalTrade(venue: number, words: Int32Array): void;
  /** An order's state has been settled by proof: its agent is told. */
  settle(slot: number): void;
  /** The order is to be canceled: the engine's own answer is needed, or nobody knows the order any more. */
  wantCancel(slot: number): void;
  /** No new order in the instrument until a person has looked. */
  restrict(instrument: number): void;
  /** No new order at all until a person has looked. */
  restrictAccount(): void;
  /** Something was found, about the order in `slot` (−1: none); the rest is in the reconciler's `about` cells. */
  note(kind: FindingKind, code: number, venue: number, slot: number): void;
}
