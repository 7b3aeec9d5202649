const DECIMALS_MAX: u32 = 18;
const powers: StaticArray<u64> = new StaticArray<u64>(<i32>DECIMALS_MAX + 1);
let power: u64 = 1;
for (let i: u32 = 0; i <= DECIMALS_MAX; i += 1) {
  unchecked((powers[<i32>i] = power));
  power *= 10;
}

/** 10 to the power of `decimals`, at most 18. */
export function power10(decimals: u32): u64 {
  return unchecked(powers[<i32>decimals]);
}
