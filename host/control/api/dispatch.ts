import type { z } from "zod";
import { AuditError } from "../audit/index.ts";
import type { ActionAudit } from "./action-audit.ts";
import type { Actor } from "./actor.ts";
import type { ApiContext } from "./api-context.ts";
import { authorize } from "./api-gate.ts";
import { ApiProblem } from "./api-problem.ts";
import type { ActionSpec, AnyRoute } from "./route.ts";

const ISSUES_MAX = 5;

/** Who asks for what. */
export interface Call {
  readonly route: AnyRoute;
  readonly actor: Actor;
  /** Members of path and query or body together, not checked. */
  readonly raw: unknown;
}

/**
 * Carries a call out. An action is recorded as ASKED before anything happens and with its outcome before it is answered; what only stops something
 * happens first, since a full disk must not keep a host from being halted. Throws ApiProblem.
 */
export async function dispatch(context: ApiContext, audit: ActionAudit, call: Call): Promise<unknown> {
  const { route, actor, raw } = call;
  const { action } = route;
  if (action === undefined) return route.handle(context, inputOf(route, raw), actor);
  let given: Readonly<Record<string, unknown>> = {};
  try {
    const input = inputOf(route, raw);
    given = action.argumentsOf?.(input) ?? recordOf(input);
    const permission = action.permissionOf?.(context, input);
    if (permission !== undefined) authorize(actor, [permission]);
    if (!action.isStop) await written(audit.record(actor, action.name, given, "ASKED"));
    const answer = recordOf(await route.handle(context, input, actor));
    return { ...answer, auditSequence: await concluded(context, audit, call, action, given) };
  } catch (error) {
    if (!(error instanceof ApiProblem && error.code === "SANDPIT_AUDIT_UNAVAILABLE"))
      await refused(audit, actor, action.name, given, error);
    throw error;
  }
}

/** Records the outcome of what was done. What was not a stop, and cannot be recorded, is taken back where it can be. */
async function concluded(
  context: ApiContext,
  audit: ActionAudit,
  { actor }: Call,
  action: ActionSpec<unknown>,
  given: Readonly<Record<string, unknown>>,
): Promise<number | null> {
  try {
    return (await audit.record(actor, action.name, given, "OK")).sequence;
  } catch (cause) {
    if (action.isStop) return null;
    action.undo?.(context);
    throw unavailable(
      cause,
      action.undo === undefined
        ? "it was done, and is not recorded"
        : "it was taken back: the host is halted",
    );
  }
}

async function refused(
  audit: ActionAudit,
  actor: Actor,
  action: string,
  given: Readonly<Record<string, unknown>>,
  error: unknown,
): Promise<void> {
  const code = error instanceof ApiProblem ? error.code : "SANDPIT_API_FAILED";
  try {
    await audit.record(actor, action, given, code);
  } catch {
    // Nothing was done, and the answer says so.
  }
}

async function written(record: Promise<unknown>): Promise<void> {
  try {
    await record;
  } catch (cause) {
    throw unavailable(cause, "nothing was done");
  }
}

function unavailable(cause: unknown, what: string): unknown {
  if (!(cause instanceof AuditError)) return cause;
  return new ApiProblem(
    "SANDPIT_AUDIT_UNAVAILABLE",
    `${cause.message}: ${what}`,
    "see the host's log and its disk",
  );
}

function inputOf(route: AnyRoute, raw: unknown): unknown {
  const parsed = route.input.safeParse(raw);
  if (parsed.success) return parsed.data;
  throw new ApiProblem(
    "SANDPIT_API_INVALID",
    `${route.operationId}: ${issuesOf(parsed.error)}`,
    "correct the request; /v1/openapi.json says what each route takes",
  );
}

function issuesOf({ issues }: z.ZodError): string {
  return issues
    .slice(0, ISSUES_MAX)
    .map((issue) => {
      const path = issue.path.map(String).join(".");
      return path === "" ? issue.message : `${path}: ${issue.message}`;
    })
    .join("; ");
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? { ...value } : {};
}
