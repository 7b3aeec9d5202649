import type { HttpAnswer, HttpRoutes } from "../platform/http/index.ts";
import { healthOf } from "./health.ts";
import { buildMetrics } from "./metrics.ts";
import type { SessionView } from "./session-view.ts";

const OK = 200;
const UNAVAILABLE = 503;

/** `/healthz` for probes and people, `/metrics` for Prometheus. */
export function sessionPages(view: SessionView): HttpRoutes {
  const registry = buildMetrics(view);
  return new Map([
    ["/healthz", (): Promise<HttpAnswer> => Promise.resolve(healthPage(view))],
    [
      "/metrics",
      async (): Promise<HttpAnswer> => ({
        status: OK,
        contentType: registry.contentType,
        body: await registry.metrics(),
      }),
    ],
  ]);
}

function healthPage(view: SessionView): HttpAnswer {
  const health = healthOf(view);
  return {
    status: health.status === "ok" ? OK : UNAVAILABLE,
    contentType: "application/json",
    body: `${JSON.stringify(health)}\n`,
  };
}
