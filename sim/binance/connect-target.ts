import type { ConnectionKind } from "./connection.ts";
import { parseQuery, readFlag, readText } from "./parameters.ts";

/** What a connection's path asks for. */
export interface ConnectTarget {
  readonly kind: ConnectionKind;
  /** Stream connections: events wrapped with their stream's name. */
  readonly combined: boolean;
  /** Streams named by the path. */
  readonly streams: readonly string[];
  readonly micros: boolean;
  /** WebSocket API: whether answers carry `rateLimits`. */
  readonly showLimits: boolean;
}

/**
 * Reads a path: `/ws`, `/ws/<stream>[/<stream>...]`, `/stream[?streams=a/b]` or `/ws-api/v3[?returnRateLimits=false]`,
 * each with `timeUnit=MICROSECOND` if wanted. Null: the venue knows no such path.
 */
export function parseTarget(path: string): ConnectTarget | null {
  const mark = path.indexOf("?");
  const route = mark < 0 ? path : path.slice(0, mark);
  const query: Record<string, unknown> = {};
  parseQuery(mark < 0 ? "" : path.slice(mark + 1), query);
  const micros = readText(query, "timeUnit")?.toUpperCase() === "MICROSECOND";
  const showLimits = readFlag(query, "returnRateLimits", true);
  if (route === "/ws-api/v3") return { kind: "ws-api", combined: false, streams: [], micros, showLimits };
  if (route === "/stream") {
    const streams = (readText(query, "streams") ?? "").split("/").filter((stream) => stream !== "");
    return { kind: "stream", combined: true, streams, micros, showLimits };
  }
  if (route !== "/ws" && !route.startsWith("/ws/")) return null;
  const streams = route
    .slice("/ws/".length)
    .split("/")
    .filter((stream) => stream !== "");
  return { kind: "stream", combined: false, streams, micros, showLimits };
}
