import { request } from "node:http";
import type { IncomingHttpHeaders } from "node:http";
import type { PluginOperations, ProblemBody } from "../../../../host/control/api/index.ts";
import { ControlApi, tokenHash, tokenOf } from "../../../../host/control/api/index.ts";
import type { AuditRecord } from "../../../../host/control/audit/index.ts";
import { AUDIT_LOG, AuditLog } from "../../../../host/control/audit/index.ts";
import type { TokenConfiguration } from "../../../../host/control/configuration-shape.ts";
import type { SessionView } from "../../../../host/control/session-view.ts";
import { SocketApi } from "../../../../host/platform/http/index.ts";
import { VirtualClock, VirtualTimers } from "../../../../host/platform/index.ts";
import { shortSession } from "../../../support/short-session.ts";
import { SimDisk } from "../../../support/sim-disk.ts";
import { FakePluginOperations } from "./fake-plugin-operations.ts";

export type RoleName = TokenConfiguration["role"];
export const roleNames: readonly RoleName[] = ["viewer", "quant", "risk", "operator"];

/** 2026-11-22T00:00:00Z. */
const NOW_MS = 1_795_305_600_000;
const MINUTE_NS = 60e9;

/** A token for each role, and one that expired a second ago. */
export const tokens: Readonly<Record<RoleName | "expired", string>> = {
  viewer: tokenOf(new Uint8Array(32).fill(1)),
  quant: tokenOf(new Uint8Array(32).fill(2)),
  risk: tokenOf(new Uint8Array(32).fill(3)),
  operator: tokenOf(new Uint8Array(32).fill(4)),
  expired: tokenOf(new Uint8Array(32).fill(5)),
};

const tokenLines: readonly TokenConfiguration[] = [
  ...roleNames.map((role) => ({
    name: `a-${role}`,
    role,
    sha256: tokenHash(tokens[role]),
    expires: "2027-01-01T00:00:00Z",
  })),
  {
    name: "gone",
    role: "operator",
    sha256: tokenHash(tokens.expired),
    expires: "2026-11-21T23:59:59Z",
  },
];

export interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  readonly body: unknown;
}

export interface Asking {
  readonly token?: string;
  readonly body?: unknown;
  /** Sent as it is, in place of a body as JSON. */
  readonly text?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A control API on real sockets, over a finished session, a simulated disk and a clock that stands still. */
export class ApiUnderTest {
  readonly view: SessionView;
  readonly clock: VirtualClock = new VirtualClock(NOW_MS);
  readonly timers: VirtualTimers = new VirtualTimers(this.clock);
  readonly disk: SimDisk = new SimDisk();
  readonly audit: AuditLog = AuditLog.open(this.disk, "audit");
  readonly operations: FakePluginOperations;
  readonly notices: string[] = [];
  api!: ControlApi;

  constructor(view: SessionView) {
    this.view = view;
    this.operations = new FakePluginOperations(view.built);
  }

  static async start(operations?: PluginOperations): Promise<ApiUnderTest> {
    const under = new ApiUnderTest(await shortSession(2));
    under.api = await ControlApi.start({
      configuration: { host: "127.0.0.1", port: 0, isRemoteAllowed: false, tokens: tokenLines },
      view: under.view,
      facts: {
        account: "simulated",
        environment: "development",
        links: { metrics: "http://127.0.0.1:1/metrics", health: "http://127.0.0.1:1/healthz" },
      },
      audit: under.audit,
      operations: operations ?? under.operations,
      listener: new SocketApi(),
      timers: under.timers,
      clock: under.clock,
      onNotice: (level, text) => under.notices.push(`${level} ${text}`),
    });
    return under;
  }

  /** Time for every bucket to fill up again. */
  rest(): void {
    this.timers.advance(this.clock.nowNs + MINUTE_NS);
  }

  ask(method: string, path: string, asking: Asking = {}): Promise<Reply> {
    const { token, body, text, headers } = asking;
    const content = text ?? (body === undefined ? undefined : JSON.stringify(body));
    return new Promise((resolve, reject) => {
      const sent = request(
        {
          host: "127.0.0.1",
          port: this.api.port,
          path,
          method,
          agent: false,
          headers: {
            ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
            ...(content === undefined
              ? {}
              : { "content-type": "application/json", "content-length": String(Buffer.byteLength(content)) }),
            ...headers,
          },
        },
        (response) => {
          let received = "";
          response.setEncoding("utf8").on("data", (chunk: string) => (received += chunk));
          response.on("end", () => {
            resolve({
              status: response.statusCode ?? 0,
              headers: response.headers,
              text: received,
              body: jsonOf(received),
            });
          });
        },
      );
      sent.on("error", reject);
      sent.end(content);
    });
  }

  /** Actor, action and outcome of the last records. */
  recorded(count: number): string[] {
    return this.audit
      .tail(count)
      .map(({ actor, action, outcome }: AuditRecord) => `${actor} ${action} ${outcome}`);
  }

  auditText(): string {
    return this.disk.contentOf(`audit/${AUDIT_LOG}`).toString("utf8");
  }
}

/** The refusal's code and status. */
export function codeOf({ status, body }: Reply): string {
  return `${status} ${(body as ProblemBody).code}`;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
