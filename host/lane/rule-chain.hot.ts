import { HEADER_BYTES, RiskCheck, RiskVerdict } from "../../abi/host/index.ts";
import type { PluginSlot } from "../engine/index.ts";
import { FaultCode } from "../engine/index.ts";
import type { RuleChain as RuleChainPort } from "../execution/risk/index.ts";
import { RULE_DENIED_BASE } from "../execution/risk/index.ts";
import { copyBlock, openInbox } from "./inbox.hot.ts";
import { OutboxReader } from "./outbox-reader.hot.ts";
import { OutputFault } from "./plugin-fault.ts";

const RULE_CODE_MAX = 999;
/** What `evaluate` answers for a rule that failed: the gate denies and goes to CANCEL_ONLY. */
const RULE_FAILED = -1;

/** The risk rules, in the order of the configuration: the first denial ends the chain, the first fault stops trading. */
export class RuleChain implements RuleChainPort {
  readonly slots: readonly PluginSlot[];
  /** Rule that denied last, -1 when none has. */
  deniedBy: number;
  /** Denials by rule. */
  readonly denials: Float64Array;
  private readonly reader: OutboxReader;
  private check: Int32Array;

  constructor(slots: readonly PluginSlot[], idle: PluginSlot) {
    this.slots = slots;
    this.deniedBy = -1;
    this.denials = new Float64Array(slots.length);
    this.reader = new OutboxReader(slots[0] ?? idle);
    this.check = new Int32Array(0);
  }

  /** The RiskCheck block that the gate fills in before each call. */
  bind(check: Int32Array): void {
    this.check = check;
  }

  evaluate(): number {
    const { slots, check } = this;
    for (let rule = 0; rule < slots.length; rule++) {
      const slot = slots[rule]!;
      copyBlock(
        slot,
        openInbox(slot, RiskCheck.templateId, RiskCheck.blockLength),
        check,
        RiskCheck.blockLength,
      );
      const { rollbacks } = slot;
      const code = this.verdict(
        slot,
        slot.invoke(RiskCheck.templateId, HEADER_BYTES + RiskCheck.blockLength),
      );
      // A predecessor that took over may be laxer than the rule that was meant to be in force: a person decides.
      if (code < 0 || slot.rollbacks !== rollbacks) return RULE_FAILED;
      if (code === 0) continue;
      this.deniedBy = rule;
      this.denials[rule] = this.denials[rule]! + 1;
      return RULE_DENIED_BASE + code;
    }
    return 0;
  }

  /** The code of the one verdict that a rule must write, or RULE_FAILED: silence is no approval. */
  private verdict(slot: PluginSlot, written: number): number {
    if (written < 0) return RULE_FAILED;
    const { reader } = this;
    reader.open(slot, written);
    if (reader.next() === RiskVerdict.templateId) {
      const code = reader.i32[RiskVerdict.code >> 2]!;
      if (code >= 0 && code <= RULE_CODE_MAX && reader.next() === 0) return code;
    }
    slot.stop(FaultCode.OUTPUT, OutputFault.NO_VERDICT, RiskCheck.templateId);
    return RULE_FAILED;
  }
}
