import type { AuditLog } from "../audit/index.ts";
import type { SessionView } from "../session-view.ts";
import type { ControlDesk } from "./control-desk.ts";
import type { PluginOperations } from "./plugin-operations.ts";

/** What a host is, beside what its session does. */
export interface HostFacts {
  readonly account: string;
  readonly environment: string;
  readonly links: { readonly metrics: string; readonly health: string };
}

/** All that a route may use. */
export interface ApiContext {
  readonly view: SessionView;
  readonly facts: HostFacts;
  readonly audit: AuditLog;
  readonly desk: ControlDesk;
  readonly operations: PluginOperations;
  /** The OpenAPI document. */
  readonly document: Readonly<Record<string, unknown>>;
  readonly uptimeSeconds: () => number;
}
