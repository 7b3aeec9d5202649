// Exact sums of price times quantity without a bigint for each fill.
//
//   price    = ph * 2^26 + pl        value = high * 2^52 + middle * 2^26 + low
//   quantity = qh * 2^26 + ql        carries keep low and middle below 2^26 after each addition,
//                                    so that no intermediate exceeds 2^53

const LIMB = 67_108_864;
const LIMB_BIGINT = 67_108_864n;

/** The largest price and quantity whose products are added exactly. */
export const MANTISSA_MAX = 4_503_599_627_370_495;

/** A running sum of products of two mantissas with exponent -8; the sum has exponent -16. */
export class Notional {
  private high = 0;
  private middle = 0;
  private low = 0;

  clear(): void {
    this.high = 0;
    this.middle = 0;
    this.low = 0;
  }

  /** Both, and the sum of all quantities, within 0..MANTISSA_MAX; the caller has checked them. */
  add(price: number, quantity: number): void {
    const priceHigh = Math.floor(price / LIMB);
    const priceLow = price - priceHigh * LIMB;
    const quantityHigh = Math.floor(quantity / LIMB);
    const quantityLow = quantity - quantityHigh * LIMB;
    const low = this.low + priceLow * quantityLow;
    const lowCarry = Math.floor(low / LIMB);
    const middle = this.middle + lowCarry + priceHigh * quantityLow + priceLow * quantityHigh;
    const middleCarry = Math.floor(middle / LIMB);
    this.low = low - lowCarry * LIMB;
    this.middle = middle - middleCarry * LIMB;
    this.high += middleCarry + priceHigh * quantityHigh;
  }

  /** Allocates: for readers, off the matching loop. */
  value(): bigint {
    return (BigInt(this.high) * LIMB_BIGINT + BigInt(this.middle)) * LIMB_BIGINT + BigInt(this.low);
  }
}
