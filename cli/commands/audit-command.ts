import { statSync } from "node:fs";
import { basename, dirname, resolve } from "node:path";
import type { AuditRecord } from "../../host/control/audit/index.ts";
import { AUDIT_LOG, AUDIT_TAIL_MAX, examineAudit, isUsable } from "../../host/control/audit/index.ts";
import { auditRoute } from "../../host/control/api/index.ts";
import { NodeDisk } from "../../host/platform/disk/index.ts";
import type { Arguments } from "../console/arguments.ts";
import { CommandError, UsageError } from "../console/command-error.ts";
import type { Command } from "../console/command.ts";
import { ControlClient } from "../control/control-client.ts";
import { controlTarget, targetOptions } from "../control/control-target.ts";
import { textTable } from "../control/text-table.ts";

export const auditCommand: Command = {
  name: "audit",
  summary: "Shows the last audit records of a running host, or verifies a log: verify FILE|DIR.",
  operands: "[verify FILE|DIR]",
  options: {
    ...targetOptions,
    limit: { value: "N", help: `records to show, at most ${AUDIT_TAIL_MAX} (20)` },
  },
  run: (given) => {
    const [action, path, ...others] = given.operands;
    if (action === undefined) return show(given);
    if (action !== "verify" || path === undefined || others.length > 0)
      throw new UsageError(
        "audit takes nothing, or verify and one log",
        "`sandpit audit verify journal/records/audit`",
      );
    return Promise.resolve(verify(path, given));
  },
};

async function show(given: Arguments): Promise<number> {
  const limit = given.integer("limit", 20, 0, AUDIT_TAIL_MAX);
  const answer = await new ControlClient(controlTarget(given)).call(auditRoute, { limit });
  const head = ["record", "time", "actor", "role", "action", "outcome", "arguments"];
  process.stdout.write(
    given.has("json") ? `${JSON.stringify(answer)}\n` : textTable(head, answer.records.map(rowOf)),
  );
  return 0;
}

function rowOf({ sequence, timeMs, actor, role, action, outcome, ...rest }: AuditRecord): string[] {
  const time = new Date(timeMs).toISOString();
  return [String(sequence), time, actor, role, action, outcome, JSON.stringify(rest.arguments)];
}

/** Walks a log's chain from its first record. */
function verify(path: string, given: Arguments): number {
  const place = resolve(path);
  const stats = statSync(place, { throwIfNoEntry: false });
  if (stats === undefined || (stats.isFile() && basename(place) !== AUDIT_LOG))
    throw new CommandError(
      `${path} is no audit log`,
      `name the file ${AUDIT_LOG} or its folder; of \`sandpit start\` it is journal/records/audit`,
    );
  const examination = examineAudit(new NodeDisk(), stats.isFile() ? dirname(place) : place);
  const isWhole = isUsable(examination) && examination.verdict !== "EMPTY";
  process.stdout.write(
    given.has("json")
      ? `${JSON.stringify({ isWhole, ...examination })}\n`
      : `${examination.verdict}: ${examination.message}\nlast hash ${examination.lastHash}\n`,
  );
  return isWhole ? 0 : 1;
}
