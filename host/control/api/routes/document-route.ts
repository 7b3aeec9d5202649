import { z } from "zod";
import type { Route } from "../route.ts";

export type OpenApiDocument = Readonly<Record<string, unknown>>;

/** The server puts the document in: it is made from all routes, this one among them. */
export const documentRoute: Route<Readonly<Record<never, never>>, OpenApiDocument> = {
  operationId: "getDocument",
  method: "GET",
  path: "/v1/openapi.json",
  summary: "This document.",
  permissions: ["READ"],
  input: z.strictObject({}),
  answer: z.looseObject({ openapi: z.literal("3.1.0") }),
  problems: [],
  handle: ({ document }) => document,
};
