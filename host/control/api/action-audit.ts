import type { Clock } from "../../platform/index.ts";
import type { AuditLog, AuditRecord } from "../audit/index.ts";
import type { Actor } from "./actor.ts";
import { RateLimiter } from "./rate-limiter.ts";

/** Requests that nobody answers for: what beyond this is only counted, so that a flood does not fill the disk. */
const STRANGERS = { burst: 20, perMinute: 20 };
const STRANGER = "strangers";

/** Writes what was asked, and what became of it, into the audit log. */
export class ActionAudit {
  private readonly log: AuditLog;
  private readonly clock: Clock;
  private readonly strangers = new RateLimiter(STRANGERS, 1);
  private readonly cells = new Float64Array(1);
  private uncounted = 0;

  constructor(log: AuditLog, clock: Clock) {
    this.log = log;
    this.clock = clock;
  }

  /** Rejects with AuditError when it cannot be written. */
  record(
    actor: Actor,
    action: string,
    given: Readonly<Record<string, unknown>>,
    outcome: string,
  ): Promise<AuditRecord> {
    return this.log.append({
      timeMs: this.clock.wallMs(),
      actor: actor.name,
      role: actor.role,
      action,
      arguments: given,
      outcome,
    });
  }

  /**
   * A request that was refused before it was understood. Says nothing when it cannot be written: nothing was done either. Those of a known
   * actor are as many as his token's rate allows; those of strangers, and those beyond a rate, are rationed.
   */
  async turnedAway(actor: Actor | null, remote: string, action: string, outcome: string): Promise<void> {
    this.clock.stamp(this.cells, 0);
    const isRationed = actor === null || outcome === "SANDPIT_API_RATE_LIMITED";
    if (isRationed && this.strangers.take(STRANGER, this.cells[0] ?? 0) > 0) {
      this.uncounted += 1;
      return;
    }
    const notRecorded = this.uncounted;
    this.uncounted = 0;
    try {
      await this.log.append({
        timeMs: this.clock.wallMs(),
        actor: actor?.name ?? "(unknown)",
        role: actor?.role ?? "(none)",
        action,
        arguments: { remote, ...(notRecorded > 0 ? { notRecorded } : {}) },
        outcome,
      });
    } catch {
      this.uncounted += notRecorded + 1;
    }
  }
}
