/** Layout of the terms of one fill: `OrderTable.fill`, and what positions and balances fold. */
export const FillCell = { PRICE: 0, QUANTITY: 1, COMMISSION: 2 } as const;
