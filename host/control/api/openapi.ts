import { z } from "zod";
import type { ProblemCode } from "./api-problem.ts";
import { problemSchema, problemStatus } from "./api-problem.ts";
import { rolesOf } from "./role.ts";
import type { AnyRoute } from "./route.ts";
import { pathNames } from "./route.ts";

type Json = Readonly<Record<string, unknown>>;

/** Refusals that any route may answer with, and those of routes with a body. */
const COMMON: readonly ProblemCode[] = [
  "SANDPIT_API_UNAUTHENTICATED",
  "SANDPIT_API_TOKEN_UNKNOWN",
  "SANDPIT_API_TOKEN_EXPIRED",
  "SANDPIT_API_FORBIDDEN",
  "SANDPIT_API_FOREIGN_HOST",
  "SANDPIT_API_INVALID",
  "SANDPIT_API_RATE_LIMITED",
  "SANDPIT_API_FAILED",
];
const WITH_BODY: readonly ProblemCode[] = [
  "SANDPIT_API_MALFORMED",
  "SANDPIT_API_BODY_TOO_LARGE",
  "SANDPIT_API_MEDIA_TYPE",
];
const PROBLEM_REFERENCE = { $ref: "#/components/schemas/Problem" };

/** Every code that a route may refuse with. */
export function problemsOf({ method, action, problems }: AnyRoute): readonly ProblemCode[] {
  const ofBody = method === "GET" ? [] : WITH_BODY;
  const ofAction: readonly ProblemCode[] = action === undefined ? [] : ["SANDPIT_AUDIT_UNAVAILABLE"];
  return [...new Set([...COMMON, ...ofBody, ...ofAction, ...problems])];
}

/** The OpenAPI 3.1 document of the routes. */
export function openApiDocument(routes: readonly AnyRoute[]): Json {
  const paths: Record<string, Record<string, Json>> = {};
  for (const route of routes) {
    const path = (paths[route.path] ??= {});
    path[route.method.toLowerCase()] = operationOf(route);
  }
  return {
    openapi: "3.1.0",
    info: {
      title: "Sandpit control API",
      version: "1",
      description: "Watches and steers one host. See docs/operations.md.",
    },
    security: [{ bearer: [] }],
    paths,
    components: {
      securitySchemes: { bearer: { type: "http", scheme: "bearer" } },
      schemas: { Problem: schemaOf(problemSchema, "output") },
    },
  };
}

function operationOf(route: AnyRoute): Json {
  const input = schemaOf(route.input, "input");
  const properties = (input["properties"] ?? {}) as Record<string, Json>;
  const required = (input["required"] ?? []) as readonly string[];
  const inPath = pathNames(route.path);
  const rest = Object.keys(properties).filter((name) => !inPath.includes(name));
  const parameters = [
    ...inPath.map((name) => ({ name, in: "path", required: true, schema: properties[name] ?? {} })),
    ...(route.method === "GET"
      ? rest.map((name) => ({
          name,
          in: "query",
          required: required.includes(name),
          schema: properties[name] ?? {},
        }))
      : []),
  ];
  const body = {
    type: "object",
    properties: Object.fromEntries(rest.map((name) => [name, properties[name]])),
    required: rest.filter((name) => required.includes(name)),
    additionalProperties: false,
  };
  return {
    operationId: route.operationId,
    summary: route.summary,
    "x-sandpit-roles": [...new Set(route.permissions.flatMap(rolesOf))],
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(route.method === "GET"
      ? {}
      : { requestBody: { required: true, content: { "application/json": { schema: body } } } }),
    responses: responsesOf(route),
  };
}

function responsesOf(route: AnyRoute): Json {
  const responses: Record<string, Json> = {};
  if (route.problems.includes("SANDPIT_API_UPGRADE_REQUIRED"))
    responses["101"] = { description: "The connection is a WebSocket from now on." };
  else
    responses["200"] = {
      description: "Done.",
      content: { "application/json": { schema: schemaOf(route.answer, "output") } },
    };
  const codes = problemsOf(route);
  for (const status of [...new Set(codes.map((code) => problemStatus[code]))].sort((a, b) => a - b)) {
    responses[String(status)] = {
      description: codes.filter((code) => problemStatus[code] === status).join(", "),
      content: { "application/problem+json": { schema: PROBLEM_REFERENCE } },
    };
  }
  return responses;
}

function schemaOf(schema: z.ZodType, io: "input" | "output"): Json {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io, target: "draft-2020-12" }) as Record<
    string,
    unknown
  >;
  return rest;
}
