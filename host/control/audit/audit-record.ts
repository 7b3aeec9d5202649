import { createHash } from "node:crypto";
import { z } from "zod";

/*
 One record is one line of JSON, its members in this order and without a space:

   {"sequence":7,"timeMs":1704067200000,"actor":"mara","role":"risk","action":"kill","arguments":{"reason":"…"},
    "outcome":"OK","previousHash":"<64 hex>","hash":"<64 hex>"}\n

 `hash` is the SHA-256 of the line's bytes before `,"hash"`, closed with `}`. It covers the hash before it, so that a record
 cannot be changed, left out or put in without changing every hash after it.
*/

/** Hash before the first record. */
export const GENESIS_HASH: string = "0".repeat(64);

/** A record has some 400 bytes; the longest arguments make it 12 KiB. */
export const AUDIT_LINE_BYTES_MAX = 16_384;

const HASH_MEMBER = ',"hash":"';
const LINE_END = '"}';
const HASH_HEX = 64;
const SUFFIX_BYTES = HASH_MEMBER.length + HASH_HEX + LINE_END.length;

export type AuditValue = string | number | boolean | null;
export type AuditArguments = Readonly<Record<string, AuditValue>>;

/** What happened, as its record tells it. */
export interface AuditEntry {
  /** Milliseconds since 1970 by the machine's clock. */
  readonly timeMs: number;
  /** The token's name; "(unknown)" for a request that named none. */
  readonly actor: string;
  readonly role: string;
  readonly action: string;
  readonly arguments: AuditArguments;
  /** "ASKED" before an action, then "OK" or the code of the refusal. */
  readonly outcome: string;
}

export interface AuditRecord extends AuditEntry {
  /** From 1, without a gap. */
  readonly sequence: number;
  readonly previousHash: string;
  readonly hash: string;
}

const hash = z.string().regex(/^[0-9a-f]{64}$/);

/** A record as JSON. */
export const auditRecordSchema: z.ZodType<AuditRecord> = z.strictObject({
  sequence: z.int().min(1),
  timeMs: z.int(),
  actor: z.string(),
  role: z.string(),
  action: z.string(),
  arguments: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
  outcome: z.string(),
  previousHash: hash,
  hash,
});

/** Makes the record that follows another one. */
export function chainRecord(entry: AuditEntry, sequence: number, previousHash: string): AuditRecord {
  const { timeMs, actor, role, action, outcome } = entry;
  const body = {
    sequence,
    timeMs,
    actor,
    role,
    action,
    arguments: entry.arguments,
    outcome,
    previousHash,
  };
  return { ...body, hash: digestOf(Buffer.from(JSON.stringify(body), "utf8")) };
}

/** The record's bytes in the log, the line's end included. */
export function auditLine(record: AuditRecord): Buffer {
  return Buffer.from(`${JSON.stringify(record)}\n`, "utf8");
}

/** Reads a line without its end; null unless its hash is that of its bytes and it is a record. */
export function readAuditLine(line: Uint8Array): AuditRecord | null {
  const bodyEnd = line.length - SUFFIX_BYTES;
  if (bodyEnd < 1) return null;
  const body = Buffer.concat([line.subarray(0, bodyEnd), Buffer.from("}")]);
  const expected = `${HASH_MEMBER}${digestOf(body)}${LINE_END}`;
  if (Buffer.from(line.subarray(bodyEnd)).toString("latin1") !== expected) return null;
  const parsed = auditRecordSchema.safeParse(jsonOf(line));
  return parsed.success ? parsed.data : null;
}

function digestOf(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

function jsonOf(line: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(line).toString("utf8"));
  } catch {
    return null;
  }
}
