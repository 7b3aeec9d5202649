import type { ApiKey } from "./authenticator.ts";
import type { HttpAnswer } from "./http-answer.ts";

/** One request that has been let in. */
export interface Call {
  readonly query: URLSearchParams;
  /** The fields of a POST; empty for others. */
  readonly body: Readonly<Record<string, unknown>>;
  /** The path's variable part; empty where there is none. */
  readonly id: string;
  /** 0 on public paths. */
  readonly account: number;
  /** Null on public paths. */
  readonly key: ApiKey | null;
  readonly nowNs: number;
}

/** What a path does. */
export interface Route {
  readonly method: "GET" | "POST";
  /** Its one group, if any, is the call's id. */
  readonly pattern: RegExp;
  /** Public paths need no key and are limited by address. */
  readonly access: "public" | "view" | "trade";
  /** Whether orders change: such requests are what faults are about. */
  readonly changesOrders: boolean;
  readonly run: (call: Call) => HttpAnswer;
}

/** A GET that anybody may make. */
export function publicRoute(pattern: RegExp, run: Route["run"]): Route {
  return { method: "GET", pattern, access: "public", changesOrders: false, run };
}

/** A GET that needs a key. */
export function viewRoute(pattern: RegExp, run: Route["run"]): Route {
  return { method: "GET", pattern, access: "view", changesOrders: false, run };
}

/** A POST that needs a key which may trade. */
export function tradeRoute(pattern: RegExp, changesOrders: boolean, run: Route["run"]): Route {
  return { method: "POST", pattern, access: "trade", changesOrders, run };
}

/** A list in a query: given again and again, or with commas. */
export function listIn(query: URLSearchParams, ...names: readonly string[]): readonly string[] {
  return names.flatMap((name) => query.getAll(name)).flatMap((value) => value.split(","));
}

/** A whole number in a query, the default where it is missing or none, and never above the greatest. */
export function countIn(query: URLSearchParams, name: string, standard: number, greatest: number): number {
  const value = Number(query.get(name) ?? standard);
  return Number.isSafeInteger(value) && value > 0 ? Math.min(value, greatest) : standard;
}

/** A page of a list. The cursor is the number of members before it, which clients must not rely on. */
export interface Page<T> {
  readonly members: readonly T[];
  readonly cursor: string;
  readonly hasNext: boolean;
}

export function pageOf<T>(all: readonly T[], query: URLSearchParams, limit: number): Page<T> {
  const begin = Number(query.get("cursor") ?? 0);
  const from = Number.isSafeInteger(begin) && begin > 0 ? begin : 0;
  const hasNext = from + limit < all.length;
  return { members: all.slice(from, from + limit), cursor: hasNext ? String(from + limit) : "", hasNext };
}
