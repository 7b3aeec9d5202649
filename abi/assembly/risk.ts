import { HEADER_BYTES, INBOX_OFFSET } from "./env";
import { emit, openOutbox, outboxUsed } from "./outbox";
import { InstrumentDefinition, RiskCheck, RiskVerdict } from "./records";
import { keepStateful, Stateful } from "./stateful";

/** A risk rule: approves or denies each order. A rule that traps, answers nothing or answers twice denies the order and stops trading. */
export abstract class RiskRule extends Stateful {
  private answered: bool = false;

  /** Before the first check, once for each instrument. */
  onInstrument(instrument: InstrumentDefinition): void {}
  /** Must call `approve` or `deny`, once. */
  abstract onCheck(check: RiskCheck): void;

  protected approve(): void {
    this.answer(0, 0, 0);
  }

  /** Denies with the rule's own code, 1 to 999, and what was seen against what limit. */
  protected deny(code: u32, observed: i64, limit: i64): void {
    assert(code >= 1 && code <= 999, "denial code must be 1 to 999");
    this.answer(code, observed, limit);
  }

  private answer(code: u32, observed: i64, limit: i64): void {
    assert(!this.answered, "a check has one answer");
    this.answered = true;
    const verdict = emit<RiskVerdict>(RiskVerdict.TEMPLATE_ID);
    verdict.code = code;
    verdict.observed = observed;
    verdict.limit = limit;
  }

  /** Gives one record of the inbox to its method. */
  dispatch(template: u32): void {
    const block = INBOX_OFFSET + HEADER_BYTES;
    this.answered = false;
    if (template == RiskCheck.TEMPLATE_ID) this.onCheck(changetype<RiskCheck>(block));
    else if (template == InstrumentDefinition.TEMPLATE_ID) this.onInstrument(changetype<InstrumentDefinition>(block));
  }
}

let rule: RiskRule | null = null;

/** Names the rule of this module. Once, at the top level of its index.ts. */
export function registerRiskRule<T extends RiskRule>(instance: T): void {
  rule = instance;
  keepStateful(instance);
}

/** The module's export: one record in, records out. */
export function handle(template: u32, lengthBytes: u32): i32 {
  openOutbox();
  rule!.dispatch(template);
  return outboxUsed();
}
