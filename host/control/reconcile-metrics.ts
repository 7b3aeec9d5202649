import type { Registry } from "prom-client";
import { OrdStatus, Side } from "../../abi/host/index.ts";
import {
  BreakCode,
  BREAKS_MAX,
  BreakWord,
  ExternalWord,
  FindingKind,
  ReconcileCount,
  ReconcileState,
} from "../execution/reconcile/index.ts";
import type { Sample } from "./metric.ts";
import { counter, gauge } from "./metric.ts";
import { CheckCount } from "./position-check/index.ts";
import type { SessionView } from "./session-view.ts";

const NS_PER_SECOND = 1e9;

/** What metrics of reconciliation are kept apart by: venues, and kinds that the code lists. Never an order or an id. */
type EachVenue = (value: (venue: number) => number) => () => Sample[];

/** How far this host and its venues, and its two computations of positions, are known to agree. */
export function addReconciliation(registry: Registry, view: SessionView): void {
  const names = view.built.configuration.venues.map(({ name }) => name);
  const each: EachVenue = (value) => () =>
    names.map((name, venue): Sample => [{ venue: name }, value(venue)]);
  addRounds(registry, view, each);
  addKinds(registry, view, names);
  addDoubts(registry, view, each);
  addPositions(registry, view);
}

function addRounds(registry: Registry, { built }: SessionView, each: EachVenue): void {
  const { reconciler, orders } = built.lane.parts;
  const { rounds, counts } = reconciler;
  gauge(
    registry,
    "sandpit_reconciled",
    "1 while all that was asked of a venue agrees.",
    ["venue"],
    each((venue) => (rounds.state[venue] === ReconcileState.RECONCILED ? 1 : 0)),
  );
  counter(
    registry,
    "sandpit_reconcile_rounds_total",
    "Rounds of questions that were answered whole.",
    ["venue"],
    each((venue) => rounds.completed[venue] ?? 0),
  );
  counter(
    registry,
    "sandpit_reconcile_resyncs_total",
    "How often everything was asked anew, since an order line had come up.",
    ["venue"],
    each((venue) => counts.of(venue, ReconcileCount.RESYNCS)),
  );
  counter(
    registry,
    "sandpit_cancels_paced_total",
    "How often a cancel was held back for a second, after refused ones.",
    ["venue"],
    each((venue) => orders.pace.paced[venue] ?? 0),
  );
}

function addKinds(registry: Registry, { built }: SessionView, names: readonly string[]): void {
  const { counts, breaks } = built.lane.parts.reconciler;
  const byKind =
    (
      label: string,
      kinds: Readonly<Record<string, number>>,
      value: (venue: number, kind: number) => number,
    ) =>
    (): Sample[] =>
      names.flatMap((venue, index) =>
        Object.entries(kinds).map(([name, kind]): Sample => [
          { venue, [label]: name.toLowerCase() },
          value(index, kind),
        ]),
      );
  const counted = (venue: number, cell: number): number => counts.of(venue, cell);
  counter(
    registry,
    "sandpit_reconcile_queries_total",
    "Questions to a venue, and what became of them.",
    ["venue", "outcome"],
    byKind("outcome", QUERIES, counted),
  );
  counter(
    registry,
    "sandpit_reports_total",
    "Reports of fills that were late, told before, or beyond the order.",
    ["venue", "kind"],
    byKind("kind", REPORTS, counted),
  );
  counter(
    registry,
    "sandpit_reconcile_findings_total",
    "What reconciliation came to, by FindingKind.",
    ["venue", "kind"],
    byKind("kind", FindingKind, (venue, kind) => counts.findings(venue, kind)),
  );
  gauge(
    registry,
    "sandpit_breaks_open",
    "Breaks that nobody has accepted, by BreakCode; unlisted are those that found no place.",
    ["venue", "kind"],
    () => [
      ...byKind("kind", BREAKS, openBreaks)(),
      ...names.map((venue): Sample => [{ venue, kind: "unlisted" }, breaks.list.overflowed]),
    ],
  );

  function openBreaks(venue: number, code: number): number {
    const { list } = breaks;
    let open = 0;
    for (let place = 0; place < BREAKS_MAX; place++)
      if (
        list.word(place, BreakWord.ID) !== 0 &&
        list.word(place, BreakWord.CODE) === code &&
        list.word(place, BreakWord.VENUE) === venue &&
        list.word(place, BreakWord.IS_CONFIRMED) === 1 &&
        list.word(place, BreakWord.IS_ACCEPTED) === 0
      )
        open += 1;
    return open;
  }
}

const QUERIES = {
  sent: ReconcileCount.QUERIES_SENT,
  answered: ReconcileCount.QUERIES_ANSWERED,
  not_found: ReconcileCount.QUERIES_NOT_FOUND,
  failed: ReconcileCount.QUERIES_FAILED,
};
const REPORTS = {
  late_fill: ReconcileCount.LATE_FILLS,
  duplicate: ReconcileCount.DUPLICATES,
  over_fill: ReconcileCount.OVER_FILLS,
};
const BREAKS = Object.fromEntries(Object.entries(BreakCode).filter(([, code]) => code !== BreakCode.NONE));

function addDoubts(registry: Registry, { built }: SessionView, each: EachVenue): void {
  const { orders, instruments, lane } = built;
  const { external } = lane.parts.reconciler.answers;
  const unknown = (venue: number): number[] =>
    [...orders.open.slots.subarray(0, orders.open.count)].filter(
      (slot) =>
        orders.columns.status[slot] === OrdStatus.UNKNOWN &&
        instruments.venue[orders.columns.instrument[slot] ?? 0] === venue,
    );
  const ageNs = (slot: number): number => (lane.nowNs[0] ?? 0) - (orders.columns.submittedNs[slot] ?? 0);
  gauge(
    registry,
    "sandpit_orders_unknown",
    "Orders of which nobody can say whether they rest at the venue.",
    ["venue"],
    each((venue) => unknown(venue).length),
  );
  gauge(
    registry,
    "sandpit_orders_unknown_age_seconds",
    "Since the oldest of them was sent, or taken over from an earlier start; 0 where there is none.",
    ["venue"],
    each((venue) => Math.max(0, ...unknown(venue).map(ageNs)) / NS_PER_SECOND),
  );
  gauge(
    registry,
    "sandpit_external_orders",
    "Orders on the account that are not this host's, by owner external; they are counted and never touched.",
    ["venue"],
    each(
      (venue) =>
        Array.from({ length: external.count }, (_, place) =>
          external.word(place, ExternalWord.INSTRUMENT),
        ).filter((instrument) => instruments.venue[instrument] === venue).length,
    ),
  );
  gauge(
    registry,
    "sandpit_external_sides_unlimited",
    "Sides of instruments with more of them than are listed: they count as unlimited.",
    ["venue"],
    each((venue) =>
      [...instruments.venue].reduce(
        (sum, at, instrument) =>
          at === venue
            ? sum + Object.values(Side).filter((side) => external.isUnlisted(instrument, side)).length
            : sum,
        0,
      ),
    ),
  );
}

function addPositions(registry: Registry, { positions }: SessionView): void {
  if (positions === undefined) return;
  counter(
    registry,
    "sandpit_position_checks_total",
    "Comparisons of the two computations of positions, by CheckCount.",
    ["outcome"],
    () =>
      Object.entries(CheckCount).map(([name, cell]): Sample => [
        { outcome: name.toLowerCase() },
        positions.counts[cell] ?? 0,
      ]),
  );
  gauge(
    registry,
    "sandpit_position_agreement_age_seconds",
    "Since both came to the same, or since the start.",
    [],
    () => [[{}, Math.max(0, positions.sinceAgreementNs) / NS_PER_SECOND]],
  );
}
