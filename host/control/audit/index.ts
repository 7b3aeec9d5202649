export { AuditError } from "./audit-error.ts";
export { examineAudit, isUsable } from "./audit-examination.ts";
export type { AuditExamination, AuditVerdict } from "./audit-examination.ts";
export { AUDIT_HEAD, AUDIT_LOG } from "./audit-files.ts";
export { AUDIT_TAIL_MAX, AuditLog } from "./audit-log.ts";
export type { AuditNote } from "./audit-log.ts";
export { auditText, withoutTokens } from "./audit-arguments.ts";
export { auditRecordSchema } from "./audit-record.ts";
export type { AuditRecord } from "./audit-record.ts";
