/** 10 to the power of `decimals`, at most 18. */
export function power10(decimals: u32): u64 {
  let unit: u64 = 1;
  for (let i: u32 = 0; i < decimals; i += 1) unit *= 10;
  return unit;
}
