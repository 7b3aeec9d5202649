import { z } from "zod";
import type { AuditRecord } from "../../audit/index.ts";
import { AUDIT_TAIL_MAX, auditRecordSchema } from "../../audit/index.ts";
import { ApiProblem } from "../api-problem.ts";
import type { Route } from "../route.ts";
import { slotNamed, slotSchema } from "./slot-named.ts";
import type { BalancesView } from "../views/balance-view.ts";
import { balancesOf, balancesSchema } from "../views/balance-view.ts";
import type { BooksView } from "../views/book-view.ts";
import { BOOK_LEVELS_MAX, booksOf, booksSchema } from "../views/book-view.ts";
import type { OrdersView } from "../views/order-view.ts";
import { ORDERS_MAX, ordersOf, ordersSchema } from "../views/order-view.ts";
import type { ParametersView, PluginsView } from "../views/plugin-view.ts";
import { parametersOf, parametersSchema, pluginsSchema, pluginViewOf } from "../views/plugin-view.ts";
import type { PositionsView } from "../views/position-view.ts";
import { positionsOf, positionsSchema } from "../views/position-view.ts";
import type { StatusView } from "../views/status-view.ts";
import { statusOf, statusSchema } from "../views/status-view.ts";

export type NoInput = Readonly<Record<never, never>>;
const noInput: z.ZodType<NoInput> = z.strictObject({});

function limit(most: number, absent: number, description: string): z.ZodType<number> {
  return z.coerce.number().int().min(0).max(most).default(absent).meta({ description });
}

export const statusRoute: Route<NoInput, StatusView> = {
  operationId: "getStatus",
  method: "GET",
  path: "/v1/status",
  summary: "Mode, lines, instruments and counters of the session.",
  permissions: ["READ"],
  input: noInput,
  answer: statusSchema,
  problems: [],
  handle: statusOf,
};

export const pluginsRoute: Route<NoInput, PluginsView> = {
  operationId: "getPlugins",
  method: "GET",
  path: "/v1/plugins",
  summary: "Every slot with its plugin.",
  permissions: ["READ"],
  input: noInput,
  answer: pluginsSchema,
  problems: [],
  handle: ({ view, operations }) => ({
    plugins: view.built.slots.map((slot) => pluginViewOf(slot, view.built, operations.waitingOf(slot.name))),
  }),
};

export const parametersRoute: Route<{ readonly slot: string }, ParametersView> = {
  operationId: "getParameters",
  method: "GET",
  path: "/v1/plugins/{slot}/parameters",
  summary: "A plugin's parameters with their ranges and values.",
  permissions: ["READ"],
  input: z.strictObject({ slot: slotSchema }),
  answer: parametersSchema,
  problems: ["SANDPIT_PLUGIN_UNKNOWN"],
  handle: (context, { slot }) => parametersOf(slotNamed(context, slot)),
};

export const booksRoute: Route<{ readonly levels: number }, BooksView> = {
  operationId: "getBooks",
  method: "GET",
  path: "/v1/books",
  summary: "The best levels of every book that is proven.",
  permissions: ["READ"],
  input: z.strictObject({ levels: limit(BOOK_LEVELS_MAX, 10, "levels of each side") }),
  answer: booksSchema,
  problems: [],
  handle: ({ view }, { levels }) => booksOf(view.built, levels),
};

export const positionsRoute: Route<NoInput, PositionsView> = {
  operationId: "getPositions",
  method: "GET",
  path: "/v1/positions",
  summary: "Positions and P&L of each agent, of the host and of the account.",
  permissions: ["READ"],
  input: noInput,
  answer: positionsSchema,
  problems: [],
  handle: ({ view }) => positionsOf(view.built),
};

export const ordersRoute: Route<{ readonly limit: number }, OrdersView> = {
  operationId: "getOrders",
  method: "GET",
  path: "/v1/orders",
  summary: "Orders that are open or of unknown outcome, newest first.",
  permissions: ["READ"],
  input: z.strictObject({ limit: limit(ORDERS_MAX, 100, "orders at most") }),
  answer: ordersSchema,
  problems: [],
  handle: ({ view }, given) => ordersOf(view.built, given.limit),
};

export const balancesRoute: Route<NoInput, BalancesView> = {
  operationId: "getBalances",
  method: "GET",
  path: "/v1/balances",
  summary: "Balances as reported and as expected, and fees, by asset.",
  permissions: ["READ"],
  input: noInput,
  answer: balancesSchema,
  problems: [],
  handle: ({ view }) => balancesOf(view.built),
};

export interface AuditView {
  /** Oldest first. */
  readonly records: readonly AuditRecord[];
  readonly head: { readonly sequence: number; readonly hash: string };
}

export const auditRoute: Route<{ readonly limit: number }, AuditView> = {
  operationId: "getAudit",
  method: "GET",
  path: "/v1/audit",
  summary: "The last records of the audit log.",
  permissions: ["READ_AUDIT"],
  input: z.strictObject({ limit: limit(AUDIT_TAIL_MAX, 50, "records at most") }),
  answer: z.strictObject({
    records: z.array(auditRecordSchema),
    head: z.strictObject({ sequence: z.int().min(0), hash: z.string() }),
  }),
  problems: [],
  handle: ({ audit }, given) => ({ records: audit.tail(given.limit), head: audit.head }),
};

export const eventsRoute: Route<NoInput, NoInput> = {
  operationId: "getEvents",
  method: "GET",
  path: "/v1/events",
  summary:
    'A WebSocket. Say {"subscribe":["session","plugin","audit"]} and be told: session snapshots at most five times a second, what happens to plugins, audit records.',
  permissions: ["READ"],
  input: noInput,
  answer: noInput,
  problems: ["SANDPIT_API_UPGRADE_REQUIRED", "SANDPIT_API_TOO_MANY_SOCKETS"],
  handle: () => {
    throw new ApiProblem(
      "SANDPIT_API_UPGRADE_REQUIRED",
      "events come over a WebSocket",
      "connect to this path with ws:// in place of http://",
    );
  },
};
