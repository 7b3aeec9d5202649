import type { IncomingMessage, ServerResponse } from "node:http";
import { fastify } from "fastify";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { withoutTokens } from "../audit/index.ts";
import type { ActionAudit } from "./action-audit.ts";
import type { Actor } from "./actor.ts";
import type { ApiContext } from "./api-context.ts";
import type { ApiGate, RequestFacts } from "./api-gate.ts";
import { authorize } from "./api-gate.ts";
import { ApiProblem } from "./api-problem.ts";
import { dispatch } from "./dispatch.ts";
import type { AnyRoute } from "./route.ts";

const BODY_BYTES_MAX = 16_384;
const PROBLEM = "application/problem+json; charset=utf-8";
const JSON_TYPE = "application/json; charset=utf-8";
/** What fastify refuses before a route sees it, and what that is here. */
const BODY_PROBLEMS: ReadonlyMap<
  string,
  readonly ["SANDPIT_API_BODY_TOO_LARGE" | "SANDPIT_API_MEDIA_TYPE", string]
> = new Map([
  [
    "FST_ERR_CTP_BODY_TOO_LARGE",
    ["SANDPIT_API_BODY_TOO_LARGE", "send less: 16 KiB, and a module of 1 MiB at most in a deployment"],
  ],
  [
    "FST_ERR_CTP_INVALID_MEDIA_TYPE",
    ["SANDPIT_API_MEDIA_TYPE", "send JSON with content-type: application/json"],
  ],
]);

export interface ApiParts {
  readonly context: ApiContext;
  readonly gate: ApiGate;
  readonly audit: ActionAudit;
  readonly routes: readonly AnyRoute[];
  /** Of what nobody expected; the client is told no more than that it happened. */
  readonly onFailure: (text: string) => void;
}

/** Answers the requests of the API. It listens to nothing itself: the platform hands it what its sockets receive. */
export class ApiRequests {
  private readonly parts: ApiParts;
  private readonly app: FastifyInstance;
  private readonly actors = new WeakMap<IncomingMessage, Actor>();
  /** Requests that reached their route, which then records what became of them. */
  private readonly dispatched = new WeakSet<IncomingMessage>();

  private constructor(parts: ApiParts) {
    this.parts = parts;
    this.app = fastify({ bodyLimit: BODY_BYTES_MAX, exposeHeadRoutes: false, logger: false });
    this.app.removeContentTypeParser("text/plain");
    this.app.setErrorHandler((error: unknown, request, reply) => this.answerProblem(error, request, reply));
    this.app.setNotFoundHandler((request, reply) => this.answerNoRoute(request, reply));
    for (const route of parts.routes) this.serve(route);
  }

  static async ready(parts: ApiParts): Promise<ApiRequests> {
    const requests = new ApiRequests(parts);
    await requests.app.ready();
    return requests;
  }

  handle(request: IncomingMessage, response: ServerResponse): void {
    this.app.routing(request, response);
  }

  private serve(route: AnyRoute): void {
    const { method, path, bodyBytesMax = BODY_BYTES_MAX } = route;
    this.app.route({
      method,
      url: path.replaceAll(/\{(\w+)\}/g, ":$1"),
      bodyLimit: bodyBytesMax,
      errorHandler: (error, request, reply) => {
        void this.recordTurnedAway(route, request, error).then(() =>
          this.answerProblem(error, request, reply),
        );
      },
      onRequest: (request, _reply, done) => {
        done(this.admit(route, request));
      },
      handler: (request, reply) => this.answer(route, request, reply),
    });
  }

  /** Before the body is read: who nobody knows sends none. Answers why not. */
  private admit({ action, permissions }: AnyRoute, request: FastifyRequest): Error | undefined {
    try {
      const actor = this.parts.gate.identify(factsOf(request), action?.isStop ?? false);
      this.actors.set(request.raw, actor);
      authorize(actor, permissions);
      return undefined;
    } catch (error) {
      return error instanceof Error ? error : new Error(String(error));
    }
  }

  /** An action that was refused before its route saw it: at the gate, or for a body that is none. */
  private async recordTurnedAway(
    { action }: AnyRoute,
    request: FastifyRequest,
    error: unknown,
  ): Promise<void> {
    if (action === undefined || this.dispatched.has(request.raw)) return;
    const { gate, audit } = this.parts;
    const facts = factsOf(request);
    const actor = this.actors.get(request.raw) ?? gate.nameOf(facts);
    await audit.turnedAway(actor, facts.remote, action.name, problemOf(error).code);
  }

  private async answer(route: AnyRoute, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const { context, audit } = this.parts;
    const actor = this.actors.get(request.raw);
    if (actor === undefined) throw new Error(`${route.operationId} was reached without a token`);
    this.dispatched.add(request.raw);
    // What is no object is left to the route's schema to refuse, and so recorded.
    const given = route.method === "GET" ? request.query : request.body;
    const raw = isObject(given) ? { ...given, ...objectOf(request.params) } : given;
    const body = await dispatch(context, audit, { route, actor, raw });
    return send(reply, 200, JSON_TYPE, body);
  }

  private answerNoRoute(request: FastifyRequest, reply: FastifyReply): FastifyReply {
    this.parts.gate.identify(factsOf(request), false);
    const path = request.url.split("?", 1).join("");
    const known = this.parts.routes.filter((route) => patternOf(route.path).test(path));
    if (known.length === 0)
      throw new ApiProblem(
        "SANDPIT_API_NO_ROUTE",
        `there is no ${request.method} of this path`,
        "/v1/openapi.json lists what there is",
      );
    const methods = known.map(({ method }) => method).join(", ");
    reply.header("allow", methods);
    throw new ApiProblem(
      "SANDPIT_API_METHOD",
      `there is no ${request.method} of this path`,
      `use ${methods}`,
    );
  }

  private answerProblem(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
    const problem = problemOf(error);
    if (problem.code === "SANDPIT_API_FAILED")
      this.parts.onFailure(
        withoutTokens(
          `control API: ${request.method} ${request.routeOptions.url ?? "of no route"} failed: ${error instanceof Error ? error.message : String(error)}`,
        ),
      );
    if (problem.status === 401) reply.header("www-authenticate", 'Bearer realm="sandpit"');
    if (problem.retryAfterSeconds > 0) reply.header("retry-after", String(problem.retryAfterSeconds));
    return send(reply, problem.status, PROBLEM, problem.body);
  }
}

function send(reply: FastifyReply, status: number, type: string, body: unknown): FastifyReply {
  return reply
    .code(status)
    .header("cache-control", "no-store")
    .header("x-content-type-options", "nosniff")
    .type(type)
    .send(`${JSON.stringify(body)}\n`);
}

function problemOf(error: unknown): ApiProblem {
  if (error instanceof ApiProblem) return error;
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  const status = error instanceof Error && "statusCode" in error ? Number(error.statusCode) : 500;
  const known = BODY_PROBLEMS.get(code);
  if (known !== undefined) return new ApiProblem(known[0], "the body is not taken", known[1]);
  if (status >= 400 && status < 500)
    return new ApiProblem(
      "SANDPIT_API_MALFORMED",
      "the request is not well formed",
      "send JSON as /v1/openapi.json says, with its length",
    );
  return new ApiProblem(
    "SANDPIT_API_FAILED",
    "the host failed at this request",
    "see the host's log; the session goes on",
  );
}

function factsOf(request: FastifyRequest): RequestFacts {
  return {
    remote: request.raw.socket.remoteAddress ?? "",
    hostHeader: request.headers.host ?? "",
    authorization: request.headers.authorization,
  };
}

function patternOf(path: string): RegExp {
  return new RegExp(`^${path.replaceAll(".", "\\.").replaceAll(/\{\w+\}/g, "[^/]+")}$`);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function objectOf(value: unknown): Readonly<Record<string, unknown>> {
  return isObject(value) ? value : {};
}
