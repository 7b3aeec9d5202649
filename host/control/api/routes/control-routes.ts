import { z } from "zod";
import type { ControlState } from "../control-desk.ts";
import type { Audited, Route } from "../route.ts";
import { auditSequenceSchema, reasonSchema } from "./action-input.ts";

export type ControlAnswer = ControlState & Audited;

const controlAnswer: z.ZodType<ControlAnswer> = z.strictObject({
  mode: z.enum(["ACTIVE", "REDUCING", "CANCEL_ONLY", "HALTED"]),
  openOrders: z.int().min(0).meta({ description: "orders that are still open or of unknown outcome" }),
  waitingCancels: z
    .record(z.string(), z.strictObject({ count: z.int().min(1), seconds: z.number().min(0) }))
    .meta({
      description:
        "by venue: cancels that have not left yet, and how long the venue has told this host to wait. They leave by themselves",
    }),
  auditSequence: auditSequenceSchema,
});

export interface Reason {
  readonly reason: string;
}

const reasonInput: z.ZodType<Reason> = z.strictObject({ reason: reasonSchema });

export const killRoute: Route<Reason, ControlAnswer> = {
  operationId: "kill",
  method: "POST",
  path: "/v1/kill",
  summary: "Halts the account and cancels every open order. Only a re-arm lets it trade again.",
  permissions: ["STOP"],
  input: reasonInput,
  answer: controlAnswer,
  problems: [],
  action: { name: "kill", isStop: true },
  handle: ({ desk }) => ({ ...desk.kill(), auditSequence: null }),
};

export const cancelAllRoute: Route<Reason, ControlAnswer> = {
  operationId: "cancelAll",
  method: "POST",
  path: "/v1/cancel-all",
  summary: "Cancels every open order; the mode stays.",
  permissions: ["STOP"],
  input: reasonInput,
  answer: controlAnswer,
  problems: [],
  action: { name: "cancel-all", isStop: true },
  handle: ({ desk }) => ({ ...desk.cancelAll(), auditSequence: null }),
};

/** A symbol of 24 characters, a dot, and a venue's name of 64. */
const INSTRUMENT_NAME_MAX = 89;

export interface RearmInput extends Reason {
  readonly mode: "ACTIVE" | "REDUCING";
  readonly instrument?: string | undefined;
  readonly acknowledgeRestarts?: boolean | undefined;
}

export const rearmRoute: Route<RearmInput, ControlAnswer> = {
  operationId: "rearm",
  method: "POST",
  path: "/v1/rearm",
  summary: "Lets the account, or one instrument, trade again.",
  permissions: ["REARM"],
  input: z.strictObject({
    reason: reasonSchema,
    mode: z.enum(["ACTIVE", "REDUCING"]).default("ACTIVE"),
    instrument: z.string().max(INSTRUMENT_NAME_MAX).optional().meta({
      description:
        "its name, as BTCUSDT.BINANCE, or its symbol where one venue has it; the account where left out",
    }),
    acknowledgeRestarts: z.boolean().optional().meta({
      description: "true: you have seen that the host was started too often, and the count begins anew",
    }),
  }),
  answer: controlAnswer,
  problems: [
    "SANDPIT_CONTROL_INSTRUMENT_UNKNOWN",
    "SANDPIT_CONTROL_ALREADY_ARMED",
    "SANDPIT_CONTROL_NOT_READY",
    "SANDPIT_CONTROL_ENDING",
  ],
  action: {
    name: "rearm",
    isStop: false,
    undo: ({ desk }) => desk.undoRearm(),
  },
  handle: ({ desk }, { mode, instrument, reason, acknowledgeRestarts = false }, actor) => ({
    ...desk.rearm(actor, {
      mode,
      instrument: instrument ?? null,
      reason,
      acknowledgesRestarts: acknowledgeRestarts,
    }),
    auditSequence: null,
  }),
};
