import { z } from "zod";
import type { Audited, Route } from "../route.ts";
import type { ReconcileView } from "../views/reconcile-view.ts";
import { reconcileOf, reconcileSchema } from "../views/reconcile-view.ts";
import { auditSequenceSchema, reasonSchema } from "./action-input.ts";
import type { NoInput } from "./view-routes.ts";

export const reconcileRoute: Route<NoInput, ReconcileView> = {
  operationId: "getReconciliation",
  method: "GET",
  path: "/v1/reconcile",
  summary: "How far this host and its venues are known to agree: states, doubts, breaks, orders of others.",
  permissions: ["READ"],
  input: z.strictObject({}),
  answer: reconcileSchema,
  problems: [],
  handle: ({ view }) => reconcileOf(view),
};

export interface AcceptBreakInput {
  readonly id: number;
  readonly reason: string;
}

export type AcceptBreakAnswer = Audited & { readonly open: number };

export const acceptBreakRoute: Route<AcceptBreakInput, AcceptBreakAnswer> = {
  operationId: "acceptBreak",
  method: "POST",
  path: "/v1/reconcile/breaks/{id}/accept",
  summary:
    "Takes what the venue says as true in one break; instruments stay restricted until they are re-armed.",
  permissions: ["REARM"],
  input: z.strictObject({ id: z.coerce.number().int().min(1), reason: reasonSchema }),
  answer: z.strictObject({
    open: z.int().min(0).meta({ description: "confirmed breaks that nobody has accepted" }),
    auditSequence: auditSequenceSchema,
  }),
  problems: ["SANDPIT_RECONCILE_BREAK_UNKNOWN"],
  action: { name: "accept-break", isStop: false },
  handle: ({ desk }, { id, reason }, actor) => ({
    open: desk.acceptBreak(actor, id, reason),
    auditSequence: null,
  }),
};
