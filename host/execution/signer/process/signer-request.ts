import { z } from "zod";
import { FrameKind } from "../signer-frame.ts";
import type { Frame } from "../signer-frame.ts";
import { printable } from "./allow-list.ts";
import type { AuditedRequest } from "./signer-audit.ts";

const venue = z.string().min(1).max(64);

/** How long texts may be is for the allow list to judge, which has the code for it; a frame's size bounds them before. */
const logonBody = z.strictObject({ venue, timestampMs: z.int().min(0) });
const tokenBody = z.strictObject({ venue, uri: z.string() });
const restBody = z.strictObject({ venue, method: z.string(), path: z.string(), query: z.string() });

/** A `session.logon` of that time. */
export interface LogonRequest {
  readonly kind: "logon";
  readonly venue: string;
  readonly timestampMs: number;
}

/** A token for that `uri` claim. */
export interface TokenRequest {
  readonly kind: "token";
  readonly venue: string;
  readonly uri: string;
}

/** A REST request with that query. */
export interface RestRequest {
  readonly kind: "rest";
  readonly venue: string;
  readonly method: string;
  readonly path: string;
  readonly query: string;
}

/** What a host may ask for. */
export type SignerRequest = LogonRequest | TokenRequest | RestRequest;

/** The request in a frame; null where there is none. */
export function requestOf({ kind, body }: Frame): SignerRequest | null {
  if (kind === FrameKind.LOGON) return of("logon", logonBody.safeParse(body).data);
  if (kind === FrameKind.TOKEN) return of("token", tokenBody.safeParse(body).data);
  if (kind === FrameKind.REST) return of("rest", restBody.safeParse(body).data);
  return null;
}

function of<Kind extends string, Body>(
  kind: Kind,
  body: Body | undefined,
): ({ readonly kind: Kind } & Body) | null {
  return body === undefined ? null : { kind, ...body };
}

/** As it stands in the audit: without timestamp and query. */
export function auditedOf(request: SignerRequest): AuditedRequest {
  return { venue: printable(request.venue), kind: request.kind, what: whatOf(request) };
}

function whatOf(request: SignerRequest): string {
  if (request.kind === "logon") return "session.logon";
  return printable(request.kind === "token" ? request.uri : `${request.method} ${request.path}`);
}
