import { registerRiskRule, RiskCheck, RiskRule, Side } from "abi/assembly";
import { parameters } from "./manifest";

const LONG_ABOVE_MAX: u32 = 21;
const SHORT_ABOVE_MAX: u32 = 22;

/**
 * Position limit with every open order of the same side counted as filled: FIA 2024 "maximum intraday position"; RTS 6 article 15(2),
 * orders count at once. An order that can only shrink the position is let through, so that the limit never blocks the way out.
 */
class PositionLimit extends RiskRule {
  onCheck(check: RiskCheck): void {
    if (check.reduceOnly != 0) return this.approve();
    if (check.side == Side.BUY) {
      const worst = check.position + check.openBuyQty + check.quantity;
      if (worst > parameters.positionMax) return this.deny(LONG_ABOVE_MAX, worst, parameters.positionMax);
    } else {
      const worst = check.openSellQty + check.quantity - check.position;
      if (worst > parameters.positionMax) return this.deny(SHORT_ABOVE_MAX, worst, parameters.positionMax);
    }
    this.approve();
  }
}

registerRiskRule(new PositionLimit());
