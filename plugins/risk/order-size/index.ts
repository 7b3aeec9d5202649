import { InstrumentDefinition, PerInstrument, registerRiskRule, RiskCheck, RiskRule } from "abi/assembly";
import { parameters } from "./manifest";

const QUANTITY_ABOVE_MAX: u32 = 1;
const VALUE_ABOVE_MAX: u32 = 2;
const NOT_POSITIVE: u32 = 3;

class Scale {
  /** 10 to the power by which price times quantity exceeds the quote exponent. */
  divisor: i64 = 1;
}

/** Maximum order volume and value: RTS 6 (EU 2017/589) article 15(1)(b) and (c); SEC rule 15c3-5 (c)(1)(ii). Integer arithmetic throughout. */
class OrderSize extends RiskRule {
  private scales: PerInstrument<Scale> = new PerInstrument<Scale>();

  onInstrument(instrument: InstrumentDefinition): void {
    let digits = <i32>instrument.quoteExponent - <i32>instrument.priceExponent - <i32>instrument.sizeExponent;
    assert(digits >= 0 && digits <= 18, "exponents out of range");
    let divisor: i64 = 1;
    for (; digits > 0; digits--) divisor *= 10;
    this.scales.of(instrument.instrumentId).divisor = divisor;
  }

  onCheck(check: RiskCheck): void {
    if (check.quantity <= 0 || check.price <= 0)
      return this.deny(NOT_POSITIVE, min(check.quantity, check.price), 1);
    if (check.quantity > parameters.quantityMax)
      return this.deny(QUANTITY_ABOVE_MAX, check.quantity, parameters.quantityMax);
    const divisor = this.scales.of(check.instrumentId).divisor;
    if (exceeds(check.price, check.quantity, divisor, parameters.valueMax)) {
      const value = (<f64>check.price * <f64>check.quantity) / <f64>divisor;
      return this.deny(VALUE_ABOVE_MAX, value < 9e18 ? <i64>value : i64.MAX_VALUE, parameters.valueMax);
    }
    this.approve();
  }
}

/** price · quantity > limit · divisor, exactly: both products have up to 126 bits. */
function exceeds(price: i64, quantity: i64, divisor: i64, limit: i64): bool {
  const leftHigh = high(price, quantity);
  const rightHigh = high(limit, divisor);
  if (leftHigh != rightHigh) return leftHigh > rightHigh;
  return <u64>(price * quantity) > <u64>(limit * divisor);
}

/** The upper 64 bits of the product of two non-negative numbers. */
function high(a: i64, b: i64): u64 {
  const aLow = <u64>a & 0xffff_ffff;
  const aHigh = <u64>a >> 32;
  const bLow = <u64>b & 0xffff_ffff;
  const bHigh = <u64>b >> 32;
  const middle = aHigh * bLow + ((aLow * bLow) >> 32);
  return aHigh * bHigh + (middle >> 32) + (((middle & 0xffff_ffff) + aLow * bHigh) >> 32);
}

registerRiskRule(new OrderSize());
