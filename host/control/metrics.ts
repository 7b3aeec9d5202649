import { Registry } from "prom-client";
import { FeedCounter } from "../data/feeds/index.ts";
import type { PluginChannel, PluginSlot } from "../engine/index.ts";
import { InputCounter, ShadowCount, SlotCounter } from "../engine/index.ts";
import { Channel, lineOf } from "../execution/gateways/index.ts";
import { PARTS_PER_WHOLE } from "../execution/orders/index.ts";
import { denialName } from "../execution/risk/index.ts";
import { Progress } from "../journal/index.ts";
import { LaneCounter, LatencyCell, VenueCounter } from "../lane/index.ts";
import { healthOf } from "./health.ts";
import type { Labels, Sample } from "./metric.ts";
import { counter, gauge, instrumentLabels } from "./metric.ts";
import { addReconciliation } from "./reconcile-metrics.ts";
import type { SessionView } from "./session-view.ts";

const NS_PER_SECOND = 1e9;
const MS_PER_SECOND = 1e3;
const QUANTILES = [0.5, 0.9, 0.99, 0.999] as const;

/**
 * A host's metrics for Prometheus. The trading thread only ever adds to its own typed arrays: they are read when somebody
 * scrapes, so that metrics cost the hot path nothing.
 */
export function buildMetrics(view: SessionView): Registry {
  const registry = new Registry();
  addVenues(registry, view);
  addFlow(registry, view);
  addTrading(registry, view);
  addReconciliation(registry, view);
  addPlugins(registry, view);
  addPlacement(registry, view);
  addState(registry, view);
  addSigner(registry, view);
  return registry;
}

function addVenues(registry: Registry, { built }: SessionView): void {
  const { venues, market, lines } = built.lane.parts;
  counter(
    registry,
    "sandpit_venue_total",
    "What a venue's codec was given and made, by VenueCounter.",
    ["venue", "counter"],
    () =>
      venues.flatMap(({ slot, counters }) =>
        Object.entries(VenueCounter).map(([name, cell]): Sample => [
          { venue: slot.name, counter: name.toLowerCase() },
          counters[cell] ?? 0,
        ]),
      ),
  );
  counter(
    registry,
    "sandpit_line_gaps_total",
    "Numbers that were missing in the count of a line's messages.",
    ["venue", "line"],
    () =>
      venues.flatMap(({ slot }, venue) =>
        Object.entries(Channel).map(([name, channel]): Sample => [
          { venue: slot.name, line: name.toLowerCase() },
          lines.gaps[lineOf(venue, channel)] ?? 0,
        ]),
      ),
  );
  counter(
    registry,
    "sandpit_feed_total",
    "What became of book deltas and snapshots, by FeedCounter.",
    ["venue", "instrument", "counter"],
    () =>
      market.feeds.flatMap((feed, index) => {
        const labels = instrumentLabels(built.configuration, index);
        return Object.entries(FeedCounter).map(([name, cell]): Sample => [
          { ...labels, counter: name.toLowerCase() },
          feed.counters[cell] ?? 0,
        ]);
      }),
  );
}

function addFlow(registry: Registry, { built, session, journal }: SessionView): void {
  const { lane } = built;
  counter(
    registry,
    "sandpit_lane_total",
    "What the trading thread has counted, by LaneCounter.",
    ["counter"],
    () =>
      Object.entries(LaneCounter).map(([name, cell]) => [
        { counter: name.toLowerCase() },
        lane.counters[cell] ?? 0,
      ]),
  );
  gauge(
    registry,
    "sandpit_tick_to_order_seconds",
    "From a received frame to an order's bytes, the journal's commit included.",
    ["quantile"],
    () => [
      ...QUANTILES.map((share): Sample => [
        { quantile: String(share) },
        session.latency.percentile(share) / NS_PER_SECOND,
      ]),
      [{ quantile: "1" }, (session.latency.summary[LatencyCell.MAX_NS] ?? 0) / NS_PER_SECOND],
    ],
  );
  counter(registry, "sandpit_tick_to_order_count", "Steps that sent an order.", [], () => [
    [{}, session.latency.summary[LatencyCell.COUNT] ?? 0],
  ]);
  gauge(
    registry,
    "sandpit_journal_sequence",
    "Sequence numbers of the last record appended, written and synced.",
    ["progress"],
    () =>
      Object.entries(Progress).map(([name, cell]) => [
        { progress: name.toLowerCase() },
        journal.progress[cell] ?? 0,
      ]),
  );
}

function addTrading(registry: Registry, { built, session }: SessionView): void {
  const { positions, balances, gate, configuration } = built;
  const owners = [
    ...configuration.agents.map(({ name }, row) => [name, row] as const),
    ["external", positions.externalRow] as const,
    ["account", positions.accountRow] as const,
  ];
  const rows = configuration.instruments.flatMap((instrument, index) =>
    owners.map(([owner, agent]) => ({
      labels: { ...instrumentLabels(configuration, index), owner },
      instrument,
      row: positions.rowOf(agent, index),
    })),
  );
  gauge(registry, "sandpit_position", "Position in the base asset.", ["venue", "instrument", "owner"], () =>
    rows.map(({ labels, instrument, row }) => [
      labels,
      (positions.quantity[row] ?? 0) * 10 ** instrument.sizeExponent,
    ]),
  );
  gauge(
    registry,
    "sandpit_realised_pnl",
    "Realised P&L in the quote currency, fees apart.",
    ["venue", "instrument", "owner"],
    () =>
      rows.map(({ labels, instrument, row }) => {
        const mantissa =
          (positions.realizedWhole[row] ?? 0) + (positions.realizedParts[row] ?? 0) / PARTS_PER_WHOLE;
        return [labels, mantissa * 10 ** instrument.quoteExponent];
      }),
  );
  gauge(registry, "sandpit_fees", "Fees charged, by asset.", ["venue", "asset"], () =>
    configuration.venues.flatMap(({ name }, venue) =>
      configuration.assets.map(({ code, exponent }, index): Sample => [
        { venue: name, asset: code },
        (balances.fees[venue * balances.assetCount + index] ?? 0) * 10 ** exponent,
      ]),
    ),
  );
  counter(registry, "sandpit_denials_total", "Orders that this host refused, by reason.", ["reason"], () =>
    [...gate.denials].flatMap((times, code): Sample[] =>
      times === 0 ? [] : [[{ reason: denialName(code) }, times]],
    ),
  );
  gauge(registry, "sandpit_open_orders", "Orders that are open or of unknown outcome.", [], () => [
    [{}, session.openOrders],
  ]);
}

function addPlugins(registry: Registry, { built: { slots } }: SessionView): void {
  const labelsOf = ({ name, kind }: { readonly name: string; readonly kind: string }): Labels => ({
    plugin: name,
    kind,
  });
  counter(registry, "sandpit_plugin_calls_total", "Calls of a plugin.", ["plugin", "kind"], () =>
    slots.map((slot) => [labelsOf(slot), slot.counters[SlotCounter.CALLS] ?? 0]),
  );
  gauge(
    registry,
    "sandpit_plugin_running",
    "1 while a plugin runs; trust says whether its module is signed.",
    ["plugin", "kind", "trust"],
    () =>
      slots.map((slot) => [
        { ...labelsOf(slot), trust: slot.plugin?.trust.state ?? "none" },
        slot.state === "running" ? 1 : 0,
      ]),
  );
  gauge(
    registry,
    "sandpit_plugin_expires_seconds",
    "When a signed plugin may no longer be started, in seconds since 1970; one that runs goes on.",
    ["plugin", "kind"],
    () =>
      slots.flatMap((slot): Sample[] => {
        const trust = slot.plugin?.trust;
        return trust?.state === "signed" ? [[labelsOf(slot), trust.expiresMs / MS_PER_SECOND]] : [];
      }),
  );
  gauge(
    registry,
    "sandpit_plugin_gas_max",
    "Most gas that a sampled call used; one in 1,024 is sampled.",
    ["plugin", "kind"],
    () => slots.map((slot) => [labelsOf(slot), slot.counters[SlotCounter.GAS_SAMPLE_MAX] ?? 0]),
  );
  addSwaps(registry, slots, labelsOf);
}

/** Plugins on threads of their own: their rings and their threads. */
function addPlacement(registry: Registry, { placed }: SessionView): void {
  const labels = ["plugin"];
  const each = (value: (channel: PluginChannel) => number) => (): Sample[] =>
    (placed?.all ?? []).map((channel) => [{ plugin: channel.name }, value(channel)]);
  const help =
    "What was handed over to a plugin on a thread of its own, and what became of it, by InputCounter.";
  counter(registry, "sandpit_plugin_ring_records_total", help, [...labels, "outcome"], () =>
    (placed?.all ?? []).flatMap(({ name: plugin, counters }) =>
      Object.entries(InputCounter).map(([outcome, cell]): Sample => [
        { plugin, outcome: outcome.toLowerCase() },
        counters[cell] ?? 0,
      ]),
    ),
  );
  gauge(
    registry,
    "sandpit_plugin_ring_bytes",
    "Records in a plugin's ring that no image holds yet.",
    labels,
    each(({ depth }) => depth.bytes),
  );
  gauge(
    registry,
    "sandpit_plugin_ring_waiting",
    "Conflated records that wait for room.",
    labels,
    each(({ depth }) => depth.waiting),
  );
  gauge(
    registry,
    "sandpit_plugin_output_age_seconds",
    "Age of the record that a plugin's last output was made of: it grows while the plugin is behind, or silent.",
    labels,
    each(({ name }) => (placed?.outputAgeNs(name) ?? 0) / NS_PER_SECOND),
  );
  gauge(
    registry,
    "sandpit_plugin_beat_age_seconds",
    "Since a plugin's thread was last seen to move.",
    labels,
    each(({ name }) => (placed?.beatAgeNs(name) ?? 0) / NS_PER_SECOND),
  );
  counter(
    registry,
    "sandpit_plugin_threads_total",
    "Threads started for a plugin after its first.",
    labels,
    each(({ restarts }) => restarts),
  );
}

function addSwaps(
  registry: Registry,
  slots: readonly PluginSlot[],
  labelsOf: (slot: PluginSlot) => Labels,
): void {
  const labels = ["plugin", "kind"];
  gauge(registry, "sandpit_plugin_generation", "How often a plugin was put in this place.", labels, () =>
    slots.map((slot) => [labelsOf(slot), slot.generation]),
  );
  counter(
    registry,
    "sandpit_plugin_rollbacks_total",
    "How often a predecessor took over from a plugin on probation that failed.",
    labels,
    () => slots.map((slot) => [labelsOf(slot), slot.rollbacks]),
  );
  gauge(
    registry,
    "sandpit_plugin_shadow_calls",
    "Calls of what runs beside a plugin, by how its output compares; since it began.",
    [...labels, "outcome"],
    () =>
      slots.flatMap((slot) =>
        Object.entries(OUTCOMES).map(([outcome, place]): Sample => [
          { ...labelsOf(slot), outcome },
          slot.shadow?.counts[place] ?? 0,
        ]),
      ),
  );
}

const OUTCOMES = {
  equal: ShadowCount.EQUAL,
  missing: ShadowCount.MISSING,
  extra: ShadowCount.EXTRA,
  different: ShadowCount.DIFFERENT,
} as const;

function addState(registry: Registry, view: SessionView): void {
  gauge(registry, "sandpit_trading_mode", "1 ACTIVE, 2 REDUCING, 3 CANCEL_ONLY, 4 HALTED.", [], () => [
    [{}, view.built.modes.account[0] ?? 0],
  ]);
  gauge(
    registry,
    "sandpit_restart_breaker_tripped",
    "1 while nobody may arm because the host was started too often.",
    [],
    () => [[{}, (view.session.restarts?.refusal ?? null) === null ? 0 : 1]],
  );
  gauge(registry, "sandpit_healthy", "1 while /healthz says ok.", [], () => [
    [{}, healthOf(view).status === "ok" ? 1 : 0],
  ]);
  gauge(registry, "sandpit_line_up", "1 while a line to a venue is usable.", ["venue", "line"], () =>
    Object.entries(healthOf(view).lines).flatMap(([venue, lines]) =>
      Object.entries(lines).map(([line, isUp]): Sample => [{ venue, line }, isUp ? 1 : 0]),
    ),
  );
  const { configuration } = view.built;
  gauge(registry, "sandpit_book_live", "1 while a book is proven and moving.", ["venue", "instrument"], () =>
    Object.values(healthOf(view).books).map((isLive, index) => [
      instrumentLabels(configuration, index),
      isLive ? 1 : 0,
    ]),
  );
}

function addSigner(registry: Registry, { signerState }: SessionView): void {
  if (signerState === undefined) return;
  gauge(registry, "sandpit_signer_up", "1 while the signer's process answers.", [], () => [
    [{}, signerState.isReady ? 1 : 0],
  ]);
  counter(
    registry,
    "sandpit_signer_refusals_total",
    "Requests that were not signed, by code.",
    ["code"],
    () => [...signerState.refusals].map(([code, count]) => [{ code }, count]),
  );
}
