/** What a measured session came to, and what it is held against. */
export interface SwapFindings {
  readonly swapsWanted: number;
  readonly swaps: number;
  /** Of all that left while plugins were swapped, and of the same session without a swap. */
  readonly digest: string;
  readonly digestWithoutSwaps: string;
  /** Calls of a candidate, and those that came to the same bytes as the live one's. */
  readonly callsCompared: number;
  readonly callsEqual: number;
  /** Swaps to other code, and those of them that handed state over. */
  readonly variants: number;
  readonly snapshots: number;
  readonly ordersSent: number;
  readonly clientOrderIds: number;
}

/** Throws where a swap was lost or changed anything, none went by snapshot, or an order left twice: fast for the wrong reasons. */
export function checkSwaps(found: SwapFindings): void {
  const { digest, digestWithoutSwaps, callsCompared, callsEqual, ordersSent, clientOrderIds } = found;
  if (found.swaps !== found.swapsWanted)
    throw new Error(`${found.swaps} of ${found.swapsWanted} swaps were completed`);
  if (digest !== digestWithoutSwaps)
    throw new Error(`swaps changed what left: ${digest} is not ${digestWithoutSwaps}`);
  if (callsCompared === 0 || callsEqual !== callsCompared)
    throw new Error(`of ${callsCompared} calls of candidates ${callsEqual} came to the same`);
  if (found.snapshots === 0 || found.snapshots >= found.variants)
    throw new Error(
      `${found.snapshots} of ${found.variants} swaps to other code handed state over: some have it, some have none`,
    );
  if (ordersSent === 0 || ordersSent !== clientOrderIds)
    throw new Error(`${ordersSent} orders left under ${clientOrderIds} client order ids`);
}
