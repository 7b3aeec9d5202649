/** What one holds in an instrument; money in hundred-millionths of a quote mantissa. */
export interface HeldAmounts {
  /** Negative: short. */
  readonly quantity: bigint;
  readonly cost: bigint;
  readonly realized: bigint;
}

/**
 * Two holders' positions as one, for those that meet in the host's own row: cost with its sign is what both have paid, and is kept to the last
 * part. What cannot be a cost of what is left was gained or lost.
 */
export function joined(held: HeldAmounts, more: HeldAmounts): HeldAmounts {
  const quantity = held.quantity + more.quantity;
  const signedCost = signed(held.cost, held.quantity) + signed(more.cost, more.quantity);
  const cost = signed(signedCost, quantity);
  const kept = quantity === 0n || cost < 0n ? 0n : cost;
  const realized = held.realized + more.realized - (signedCost - signed(kept, quantity));
  return { quantity, cost: kept, realized };
}

function signed(amount: bigint, direction: bigint): bigint {
  return direction < 0n ? -amount : amount;
}
