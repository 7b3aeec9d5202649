import type { z } from "zod";
import type { Actor } from "./actor.ts";
import type { ApiContext } from "./api-context.ts";
import type { ProblemCode } from "./api-problem.ts";
import type { Permission } from "./role.ts";

/** What makes a route an action: it is audited, before and after. */
export interface ActionSpec<Input> {
  /** Its name in the audit log. */
  readonly name: string;
  /** Stops something: it is carried out even where it can be neither rate-limited nor audited. */
  readonly isStop: boolean;
  /** The permission that this very input needs, where it depends on it. */
  permissionOf?(context: ApiContext, input: Input): Permission;
  /** What of the input is recorded; all of it without. */
  argumentsOf?(input: Input): Readonly<Record<string, unknown>>;
  /** Takes back what was done when its outcome cannot be recorded. */
  undo?(context: ApiContext): void;
}

/**
 * One route: server, OpenAPI document and command line are made from it. Members of the input that the path names are taken from there, the
 * others from the query of a GET and from the body of anything else.
 */
export interface Route<Input, Answer> {
  readonly operationId: string;
  readonly method: "GET" | "POST" | "PUT";
  /** As OpenAPI writes it: "/v1/plugins/{slot}". */
  readonly path: string;
  readonly summary: string;
  /** Any one of them is needed to be heard at all. */
  readonly permissions: readonly Permission[];
  readonly input: z.ZodType<Input>;
  readonly answer: z.ZodType<Answer>;
  /** Refusals beside those that every route has. */
  readonly problems: readonly ProblemCode[];
  readonly action?: ActionSpec<Input>;
  /** For bodies beyond 16 KiB. */
  readonly bodyBytesMax?: number;
  /** Throws ApiProblem. */
  handle(context: ApiContext, input: Input, actor: Actor): Answer | Promise<Answer>;
}

export type AnyRoute = Route<unknown, unknown>;

/** Names between braces in a route's path. */
export function pathNames(path: string): readonly string[] {
  return [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? "");
}

/** Body of every action's answer: where the audit log tells of it. */
export interface Audited {
  /** Number of the record of its outcome; null when it was carried out and could not be recorded. */
  readonly auditSequence: number | null;
}
