import { z } from "zod";
import { OrderType, OrdStatus, Side, TimeInForce } from "../../../../abi/host/index.ts";
import type { BuiltLane } from "../../../lane/index.ts";
import { amountSchema } from "./amount-schema.ts";
import { amountOf } from "./exact-amount.ts";
import { placeOf } from "./instrument-place.ts";

export const ORDERS_MAX = 1_000;
const NS_PER_SECOND = 1e9;

/** An order that is open or of unknown outcome. */
export interface OrderView {
  /** Boot epoch and number: together the client order id. */
  readonly clientOrderId: { readonly epoch: number; readonly sequence: number };
  readonly venue: string;
  readonly symbol: string;
  readonly agent: string;
  readonly side: string;
  readonly orderType: string;
  readonly timeInForce: string;
  readonly price: string;
  readonly quantity: string;
  readonly cumQty: string;
  readonly status: string;
  readonly ageSeconds: number;
}

export interface OrdersView {
  /** How many there are; `orders` may hold fewer. */
  readonly open: number;
  /** Newest first. */
  readonly orders: readonly OrderView[];
}

export const ordersSchema: z.ZodType<OrdersView> = z.strictObject({
  open: z.int().min(0),
  orders: z.array(
    z.strictObject({
      clientOrderId: z.strictObject({ epoch: z.int(), sequence: z.int() }),
      venue: z.string(),
      symbol: z.string(),
      agent: z.string(),
      side: z.string(),
      orderType: z.string(),
      timeInForce: z.string(),
      price: amountSchema,
      quantity: amountSchema,
      cumQty: amountSchema,
      status: z.string(),
      ageSeconds: z.number().min(0),
    }),
  ),
});

export function ordersOf(built: BuiltLane, limit: number): OrdersView {
  const { columns, open } = built.orders;
  const slots = [...open.slots.subarray(0, open.count)].sort(
    (a, b) => (columns.submittedNs[b] ?? 0) - (columns.submittedNs[a] ?? 0),
  );
  return { open: open.count, orders: slots.slice(0, limit).map((slot) => orderOf(built, slot)) };
}

function orderOf({ orders: { columns }, configuration, lane }: BuiltLane, slot: number): OrderView {
  const instrument = configuration.instruments[columns.instrument[slot] ?? 0];
  const ageNs = (lane.nowNs[0] ?? 0) - (columns.submittedNs[slot] ?? 0);
  return {
    clientOrderId: { epoch: (columns.epoch[slot] ?? 0) >>> 0, sequence: (columns.sequence[slot] ?? 0) >>> 0 },
    ...placeOf(configuration, columns.instrument[slot] ?? 0),
    agent: configuration.agents[columns.agent[slot] ?? -1]?.name ?? "host",
    side: nameIn(Side, columns.side[slot]),
    orderType: nameIn(OrderType, columns.orderType[slot]),
    timeInForce: nameIn(TimeInForce, columns.timeInForce[slot]),
    price: amountOf(columns.price[slot], instrument?.priceExponent),
    quantity: amountOf(columns.quantity[slot], instrument?.sizeExponent),
    cumQty: amountOf(columns.cumQty[slot], instrument?.sizeExponent),
    status: nameIn(OrdStatus, columns.status[slot]),
    ageSeconds: Math.max(0, ageNs / NS_PER_SECOND),
  };
}

function nameIn(names: Readonly<Record<string, number>>, value: number | undefined): string {
  return Object.entries(names).find(([, known]) => known === value)?.[0] ?? `UNLISTED_${value ?? ""}`;
}
