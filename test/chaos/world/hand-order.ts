import type { NewOrder } from "../../../sim/market/index.ts";

/** Orders that a person gives by hand begin so; the host's begin with "s". */
const PERSON_PREFIX = "person-";

/** A person's order that trades what is held back. */
export function handOrder(account: number, number: number, held: number): NewOrder {
  return {
    account,
    clientOrderId: `${PERSON_PREFIX}${number}`,
    side: held > 0 ? 2 : 1,
    type: "MARKET",
    timeInForce: "IOC",
    price: 0,
    quantity: Math.abs(held),
  };
}

export function isByHand(clientOrderId: string): boolean {
  return clientOrderId.startsWith(PERSON_PREFIX);
}
