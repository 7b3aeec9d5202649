import { checkRearm } from "./rearm-order.ts";
import type { RearmOrder } from "./rearm-order.ts";
import { TradingMode } from "./trading-mode.ts";

/**
 * The mode of the account, of each instrument and of each agent; the strictest one counts. Code may only make a mode
 * stricter; to relax one takes a RearmOrder.
 */
export class TradingModes {
  /** Cell 0: the account. May lie on shared memory, so that other threads read it. */
  readonly account: Int32Array;
  readonly instrument: Int32Array;
  readonly agent: Int32Array;

  constructor(instrumentCount: number, agentsMax: number, account: Int32Array = new Int32Array(1)) {
    this.account = account;
    this.instrument = new Int32Array(instrumentCount).fill(TradingMode.ACTIVE);
    this.agent = new Int32Array(agentsMax + 1).fill(TradingMode.ACTIVE);
    // A host starts halted: a person arms it after recovery and reconciliation.
    account[0] = TradingMode.HALTED;
  }

  effective(instrument: number, agent: number): number {
    const account = this.account[0]!;
    const ofInstrument = this.instrument[instrument]!;
    const ofAgent = this.agent[agent]!;
    const stricter = ofInstrument > account ? ofInstrument : account;
    return ofAgent > stricter ? ofAgent : stricter;
  }

  restrictAccount(mode: number): void {
    if (mode > this.account[0]!) this.account[0] = mode;
  }

  restrictInstrument(instrument: number, mode: number): void {
    if (mode > this.instrument[instrument]!) this.instrument[instrument] = mode;
  }

  restrictAgent(agent: number, mode: number): void {
    if (mode > this.agent[agent]!) this.agent[agent] = mode;
  }

  rearmAccount(mode: TradingMode, order: RearmOrder): void {
    this.account[0] = checkRearm(mode, order);
  }

  rearmInstrument(instrument: number, mode: TradingMode, order: RearmOrder): void {
    this.instrument[instrument] = checkRearm(mode, order);
  }

  rearmAgent(agent: number, mode: TradingMode, order: RearmOrder): void {
    this.agent[agent] = checkRearm(mode, order);
  }
}
