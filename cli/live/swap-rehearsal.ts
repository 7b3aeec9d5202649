import type { TradingSession } from "../../host/control/trading-session.ts";
import type { PluginSlot } from "../../host/engine/index.ts";
import { EngineError } from "../../host/engine/index.ts";
import type { BuiltLane } from "../../host/lane/index.ts";
import { PluginAction, PluginChangeError } from "../../host/lane/index.ts";

/** Between two changes: a candidate is shown some events, and so is a predecessor. */
const STEPS_A_CHANGE = 50;
const stages = [PluginAction.SHADOW, PluginAction.PROMOTE, PluginAction.SETTLE] as const;

/**
 * Swaps the plugins of a session to themselves, one after the other and again and again. A swap is rare: without a rehearsal its code would be read and
 * compiled while a market waits, which takes milliseconds in place of some 50 µs.
 */
export class SwapRehearsal {
  /** Swaps that were completed. */
  swaps = 0;
  private steps = 0;
  private slot = 0;
  private stage = 0;

  /** After each step of the session. */
  onStep(session: TradingSession, { slots, sources, pool }: BuiltLane): void {
    this.steps += 1;
    const slot = slots[this.slot % slots.length];
    if (this.steps % STEPS_A_CHANGE !== 0 || slot === undefined) return;
    const action = stages[this.stage] ?? PluginAction.SETTLE;
    const source = action === PluginAction.SHADOW ? (sources.get(slot.name) ?? null) : null;
    const change = { action, slot: slot.name, isFresh: false, person: "warm-up", reason: "a rehearsal" };
    try {
      const made = source?.module.instantiate(pool, source.parameters) ?? null;
      session.changePlugin(change, source, made);
      session.commit();
      this.advance();
    } catch (error) {
      if (!(error instanceof PluginChangeError) && !(error instanceof EngineError)) throw error;
      // A plugin that has failed on the made-up market cannot be swapped; the others can.
      this.leave(slot);
    }
    pool.clean(pool.usedBytes);
  }

  private advance(): void {
    this.stage = (this.stage + 1) % stages.length;
    if (this.stage !== 0) return;
    this.swaps += 1;
    this.slot += 1;
  }

  private leave(slot: PluginSlot): void {
    slot.endShadow();
    slot.sweep();
    this.stage = 0;
    this.slot += 1;
  }
}
