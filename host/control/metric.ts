import type { Registry } from "prom-client";
import { Counter, Gauge } from "prom-client";
import type { LaneConfiguration } from "../lane/index.ts";

/** Of one sample. */
export type Labels = Readonly<Record<string, string>>;
export type Sample = readonly [labels: Labels, value: number];

export function instrumentLabels(
  { instruments, venues }: LaneConfiguration,
  index: number,
): { readonly venue: string; readonly instrument: string } {
  const instrument = instruments[index];
  return {
    venue: venues[instrument?.venueIndex ?? -1]?.name ?? "?",
    instrument: instrument?.symbol ?? String(index),
  };
}

/** Read when somebody scrapes. */
export function gauge(
  registry: Registry,
  name: string,
  help: string,
  labelNames: readonly string[],
  samples: () => Sample[],
): void {
  registry.registerMetric(
    new Gauge({
      name,
      help,
      labelNames,
      registers: [],
      collect() {
        this.reset();
        for (const [labels, value] of samples()) this.set(labels, value);
      },
    }),
  );
}

/** The lane counts itself; the metric is set to its sum at each scrape. */
export function counter(
  registry: Registry,
  name: string,
  help: string,
  labelNames: readonly string[],
  samples: () => Sample[],
): void {
  registry.registerMetric(
    new Counter({
      name,
      help,
      labelNames,
      registers: [],
      collect() {
        this.reset();
        for (const [labels, value] of samples()) this.inc(labels, value);
      },
    }),
  );
}
