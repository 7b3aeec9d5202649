import type { ControlConfiguration } from "../configuration-shape.ts";
import { isLoopback } from "../control-configuration.ts";
import type { AuditLog } from "../audit/index.ts";
import type { ApiListener, ApiServer } from "../../platform/http/index.ts";
import type { Clock, Timers } from "../../platform/index.ts";
import type { SessionView } from "../session-view.ts";
import { AccessTokens } from "./access-tokens.ts";
import { ActionAudit } from "./action-audit.ts";
import type { ApiContext, HostFacts } from "./api-context.ts";
import { ApiGate } from "./api-gate.ts";
import { ApiRequests } from "./api-server.ts";
import { ControlDesk } from "./control-desk.ts";
import { EventHub } from "./event-hub.ts";
import { openApiDocument } from "./openapi.ts";
import type { PluginOperations } from "./plugin-operations.ts";
import { routes } from "./routes/index.ts";

const NS_PER_SECOND = 1e9;

export interface ControlApiParts {
  readonly configuration: ControlConfiguration;
  readonly view: SessionView;
  readonly facts: HostFacts;
  readonly audit: AuditLog;
  readonly operations: PluginOperations;
  readonly listener: ApiListener;
  readonly timers: Timers;
  /** The machine's own: expiry, rates and the audit log are about people, whatever time the session is in. */
  readonly clock: Clock;
  readonly onNotice: (level: "info" | "warn" | "error", text: string) => void;
}

/** The control API of a running host. */
export class ControlApi {
  readonly port: number;
  readonly url: string;
  private readonly desk: ControlDesk;
  private readonly hub: EventHub;
  private readonly server: ApiServer;

  private constructor(url: string, parts: { desk: ControlDesk; hub: EventHub; server: ApiServer }) {
    this.port = parts.server.port;
    this.url = url;
    this.desk = parts.desk;
    this.hub = parts.hub;
    this.server = parts.server;
  }

  /** Rejects when its address cannot be had. */
  static async start(parts: ControlApiParts): Promise<ControlApi> {
    const { configuration, clock, view, onNotice } = parts;
    const desk = new ControlDesk(view);
    const context = contextOf(parts, desk);
    const gate = new ApiGate({
      tokens: new AccessTokens(configuration.tokens),
      clock,
      isLoopback: isLoopback(configuration.host),
    });
    const audit = new ActionAudit(parts.audit, clock);
    const onFailure = (text: string): void => {
      onNotice("error", text);
    };
    const requests = await ApiRequests.ready({ context, gate, audit, routes, onFailure });
    const hub = new EventHub({ context, gate, timers: parts.timers, clock });
    const server = await parts.listener.listen(configuration, {
      onRequest: (request, response) => {
        requests.handle(request, response);
      },
      onUpgrade: (request) => hub.onUpgrade(request),
    });
    const { host } = configuration;
    return new ControlApi(`http://${host.includes(":") ? `[${host}]` : host}:${server.port}`, {
      desk,
      hub,
      server,
    });
  }

  /** From now on nobody arms any more; everything else is answered until `close`. */
  beginEnd(): void {
    this.desk.isEnding = true;
  }

  async close(): Promise<void> {
    this.beginEnd();
    this.hub.close();
    await this.server.close();
  }
}

function contextOf(
  { view, facts, audit, operations, clock }: ControlApiParts,
  desk: ControlDesk,
): ApiContext {
  const cells = new Float64Array(2);
  clock.stamp(cells, 0);
  return {
    view,
    facts,
    audit,
    desk,
    operations,
    document: openApiDocument(routes),
    uptimeSeconds: () => {
      clock.stamp(cells, 1);
      return Math.max(0, ((cells[1] ?? 0) - (cells[0] ?? 0)) / NS_PER_SECOND);
    },
  };
}
