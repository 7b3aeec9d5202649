import type { CancelTimer, Clock, Timers } from "../../platform/index.ts";
import type { EventSocketListener, UpgradeDecision, UpgradeRequest } from "../../platform/http/index.ts";
import type { ApiContext } from "./api-context.ts";
import type { ApiGate } from "./api-gate.ts";
import { authorize } from "./api-gate.ts";
import { ApiProblem } from "./api-problem.ts";
import { CloseCode, EventClient } from "./event-client.ts";
import type { EventKind } from "./event-client.ts";
import { eventsRoute } from "./routes/view-routes.ts";
import { statusOf } from "./views/status-view.ts";

/** Five snapshots a second. */
const SNAPSHOT_NS = 200e6;
const PING_NS = 30e9;
const CLIENTS_MAX = 16;

export interface HubParts {
  readonly context: ApiContext;
  readonly gate: ApiGate;
  readonly timers: Timers;
  /** Compared with at each call: the session's timers may run faster than a machine's clock. */
  readonly clock: Clock;
}

interface SlotMark {
  readonly state: string;
  readonly generation: number;
}

/** Tells those who listen what happens. It looks at the session from a timer, so that no step of the lane pays for a listener. */
export class EventHub {
  private readonly parts: HubParts;
  /** With the Authorization header that each came with: a token ends while its socket is open. */
  private readonly clients = new Map<EventClient, string | undefined>();
  private readonly marks = new Map<string, SlotMark>();
  private readonly cells = new Float64Array(1);
  private readonly unsubscribe: readonly (() => void)[];
  private cancelTimer: CancelTimer | null = null;
  private lastSnapshotNs = Number.NEGATIVE_INFINITY;
  private lastPingNs = 0;
  private isClosed = false;

  constructor(parts: HubParts) {
    this.parts = parts;
    const { audit, operations } = parts.context;
    this.unsubscribe = [
      audit.onRecord((record) => {
        this.tell("audit", record);
      }),
      operations.onEvent((event) => {
        this.tell("plugin", event);
      }),
    ];
    this.lookAtSlots();
  }

  get clientCount(): number {
    return this.clients.size;
  }

  /** Decides on a wish to listen. */
  onUpgrade(request: UpgradeRequest): UpgradeDecision {
    try {
      const actor = this.parts.gate.identify(request, false);
      authorize(actor, eventsRoute.permissions);
      if (request.path !== eventsRoute.path)
        throw new ApiProblem(
          "SANDPIT_API_NO_ROUTE",
          "there is no WebSocket at this path",
          `connect to ${eventsRoute.path}`,
        );
      if (this.clients.size >= CLIENTS_MAX)
        throw new ApiProblem(
          "SANDPIT_API_TOO_MANY_SOCKETS",
          `${CLIENTS_MAX} clients listen already`,
          "close one, then try again",
        );
      return { accept: (socket) => this.accept(new EventClient(socket, actor), request.authorization) };
    } catch (error) {
      const problem =
        error instanceof ApiProblem
          ? error
          : new ApiProblem("SANDPIT_API_FAILED", "the host failed at this request", "see the host's log");
      return {
        status: problem.status,
        contentType: "application/problem+json; charset=utf-8",
        body: `${JSON.stringify(problem.body)}\n`,
      };
    }
  }

  /** Tells every listener that it is over. */
  close(): void {
    this.isClosed = true;
    this.cancelTimer?.();
    this.cancelTimer = null;
    for (const stop of this.unsubscribe) stop();
    for (const client of this.clients.keys()) client.close(CloseCode.GOING_AWAY, "the host stops");
    this.clients.clear();
  }

  private accept(client: EventClient, authorization: string | undefined): EventSocketListener {
    this.clients.set(client, authorization);
    this.schedule();
    return {
      onMessage: (text) => {
        client.onMessage(text);
      },
      onAlive: () => {
        client.isAlive = true;
      },
      onClose: () => {
        client.isClosed = true;
        this.clients.delete(client);
      },
    };
  }

  /** Runs while somebody listens. */
  private schedule(): void {
    if (this.cancelTimer !== null || this.isClosed) return;
    this.cancelTimer = this.parts.timers.after(SNAPSHOT_NS, () => {
      this.cancelTimer = null;
      this.look();
      if (this.clients.size > 0) this.schedule();
    });
  }

  private look(): void {
    this.parts.clock.stamp(this.cells, 0);
    const nowNs = this.cells[0] ?? 0;
    this.dropEnded();
    this.lookAtSlots();
    if (nowNs - this.lastSnapshotNs >= SNAPSHOT_NS) {
      this.lastSnapshotNs = nowNs;
      if (this.isWanted("session")) this.tell("session", statusOf(this.parts.context));
    }
    if (nowNs - this.lastPingNs >= PING_NS) {
      this.lastPingNs = nowNs;
      this.ping();
    }
  }

  private dropEnded(): void {
    for (const [client, authorization] of this.clients) {
      if (this.parts.gate.nameOf({ remote: "", hostHeader: "", authorization }) === null)
        client.close(CloseCode.TOKEN_ENDED, "the token has expired");
      if (client.isClosed) this.clients.delete(client);
    }
  }

  private ping(): void {
    for (const client of this.clients.keys()) {
      if (client.isAlive) client.ping();
      else client.close(CloseCode.NOT_ALIVE, "no answer to a ping");
    }
  }

  /** A slot that changed since the last look. */
  private lookAtSlots(): void {
    for (const { name, state, generation, lastFault } of this.parts.context.view.built.slots) {
      const known = this.marks.get(name);
      this.marks.set(name, { state, generation });
      if (known === undefined || (known.state === state && known.generation === generation)) continue;
      this.tell("plugin", {
        slot: name,
        event: state,
        text: lastFault?.reason ?? `generation ${generation}`,
      });
    }
  }

  private isWanted(kind: EventKind): boolean {
    return [...this.clients.keys()].some((client) => client.wants(kind));
  }

  private tell(kind: EventKind, body: unknown): void {
    for (const client of this.clients.keys()) client.tell(kind, body);
  }
}
