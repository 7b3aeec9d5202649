import fc from "fast-check";

/** Which of those that a command can be about: the last ones more often. */
export const pick: fc.Arbitrary<number> = fc.nat({ max: 1_000 });
/** Whether what it tells arrives at once. */
export const isPrompt: fc.Arbitrary<boolean> = fc.boolean();
export const lots: fc.Arbitrary<number> = fc.integer({ min: 1, max: 6 });
