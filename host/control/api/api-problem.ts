import { z } from "zod";
import { withoutTokens } from "../audit/index.ts";

/** Every refusal of the API, with its HTTP status. */
export const problemStatus = {
  /** What was sent is no HTTP body of the announced kind. */
  SANDPIT_API_MALFORMED: 400,
  SANDPIT_API_UNAUTHENTICATED: 401,
  SANDPIT_API_TOKEN_UNKNOWN: 401,
  SANDPIT_API_TOKEN_EXPIRED: 401,
  SANDPIT_API_FORBIDDEN: 403,
  /** The request was made to another machine's name. */
  SANDPIT_API_FOREIGN_HOST: 403,
  SANDPIT_API_NO_ROUTE: 404,
  SANDPIT_API_METHOD: 405,
  SANDPIT_API_BODY_TOO_LARGE: 413,
  SANDPIT_API_MEDIA_TYPE: 415,
  SANDPIT_API_INVALID: 422,
  SANDPIT_API_UPGRADE_REQUIRED: 426,
  SANDPIT_API_RATE_LIMITED: 429,
  SANDPIT_API_FAILED: 500,
  /** This host has no implementation of what was asked. */
  SANDPIT_API_NOT_AVAILABLE: 501,
  SANDPIT_AUDIT_UNAVAILABLE: 503,
  SANDPIT_API_TOO_MANY_SOCKETS: 503,
  SANDPIT_CONTROL_INSTRUMENT_UNKNOWN: 404,
  SANDPIT_CONTROL_ALREADY_ARMED: 409,
  /** Something must be put right before anybody arms. */
  SANDPIT_CONTROL_NOT_READY: 409,
  SANDPIT_CONTROL_ENDING: 409,
  SANDPIT_RECONCILE_BREAK_UNKNOWN: 404,
  SANDPIT_PLUGIN_UNKNOWN: 404,
  /** Another change of the slot is under way. */
  SANDPIT_PLUGIN_BUSY: 409,
  /** Nothing there to be promoted, rolled back or released. */
  SANDPIT_PLUGIN_STATE: 409,
  SANDPIT_PLUGIN_NOT_ADMITTED: 422,
  SANDPIT_PLUGIN_KIND: 422,
  SANDPIT_PLUGIN_PARAMETERS: 422,
} as const;
export type ProblemCode = keyof typeof problemStatus;

/** The body of every refusal, as application/problem+json (RFC 9457; `code` in place of its `type`). */
export interface ProblemBody {
  readonly status: number;
  readonly code: ProblemCode;
  /** What is wrong, and where. */
  readonly text: string;
  readonly remedy: string;
}

export const problemSchema: z.ZodType<ProblemBody> = z.strictObject({
  status: z.int().min(400).max(599),
  code: z.enum(Object.keys(problemStatus) as ProblemCode[]),
  text: z.string(),
  remedy: z.string(),
});

/** A request that is refused. */
export class ApiProblem extends Error {
  override readonly name = "ApiProblem";
  readonly code: ProblemCode;
  readonly remedy: string;
  /** Of a rate limit: when to try again; 0 elsewhere. */
  readonly retryAfterSeconds: number;

  constructor(code: ProblemCode, text: string, remedy: string, retryAfterSeconds = 0) {
    super(text);
    this.code = code;
    this.remedy = remedy;
    this.retryAfterSeconds = retryAfterSeconds;
  }

  get status(): number {
    return problemStatus[this.code];
  }

  get body(): ProblemBody {
    const { status, code, remedy } = this;
    return { status, code, text: withoutTokens(this.message), remedy: withoutTokens(remedy) };
  }
}
