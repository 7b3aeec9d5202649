/** What a measured session came to, and what it is held against. */
export interface SwapFindings {
  readonly swapsWanted: number;
  readonly swaps: number;
  /** Of all that left while equal code was swapped, and of the same session without a swap. */
  readonly digest: string;
  readonly digestWithoutSwaps: string;
  /** Calls of a candidate of equal code, and those that came to the same bytes as the live one's. */
  readonly callsCompared: number;
  readonly callsEqual: number;
  readonly ordersSent: number;
  readonly clientOrderIds: number;
}

/** Throws where a swap was lost, equal code changed anything, or an order left twice: fast for the wrong reasons. */
export function checkSwaps(found: SwapFindings): void {
  const { digest, digestWithoutSwaps, callsCompared, callsEqual, ordersSent, clientOrderIds } = found;
  if (found.swaps !== found.swapsWanted)
    throw new Error(`${found.swaps} of ${found.swapsWanted} swaps were completed`);
  if (digest !== digestWithoutSwaps)
    throw new Error(`swaps to equal code changed what left: ${digest} is not ${digestWithoutSwaps}`);
  if (callsCompared === 0 || callsEqual !== callsCompared)
    throw new Error(`of ${callsCompared} calls of equal code ${callsEqual} came to the same`);
  if (ordersSent === 0 || ordersSent !== clientOrderIds)
    throw new Error(`${ordersSent} orders left under ${clientOrderIds} client order ids`);
}
