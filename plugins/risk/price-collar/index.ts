import { registerRiskRule, RiskCheck, RiskRule } from "abi/assembly";
import { parameters } from "./manifest";

const PRICE_TOO_HIGH: u32 = 11;
const PRICE_TOO_LOW: u32 = 12;
const NO_REFERENCE: u32 = 13;
const STALE_REFERENCE: u32 = 14;
const BASIS: i64 = 10_000;
const NS_PER_SECOND: f64 = 1e9;

/**
 * Price collar: RTS 6 (EU 2017/589) article 15(1)(a); FIA 2024 "price tolerance" and "market data reasonability". The reference is
 * the mid; an order's price must lie within the collar either way. Without a recent two-sided reference every order is denied.
 */
class PriceCollar extends RiskRule {
  onCheck(check: RiskCheck): void {
    if (check.bidPrice <= 0 || check.askPrice <= 0) return this.deny(NO_REFERENCE, 0, 1);
    const ageMaxNs = <i64>(parameters.referenceAgeSecondsMax * NS_PER_SECOND);
    if (check.referenceAgeNs > ageMaxNs) return this.deny(STALE_REFERENCE, check.referenceAgeNs, ageMaxNs);
    const mid = (check.bidPrice + check.askPrice) / 2;
    // Divided first and the rest added, so that neither large prices overflow nor small ones vanish.
    const width =
      (mid / BASIS) * parameters.collarBasisPoints + ((mid % BASIS) * parameters.collarBasisPoints) / BASIS;
    if (check.price > mid + width) return this.deny(PRICE_TOO_HIGH, check.price, mid + width);
    if (check.price < mid - width) return this.deny(PRICE_TOO_LOW, check.price, mid - width);
    this.approve();
  }
}

registerRiskRule(new PriceCollar());
