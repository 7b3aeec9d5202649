import type { Purses } from "../market/index.ts";
import { accountRoutes } from "./account-routes.ts";
import type { CancelDesk } from "./cancel-desk.ts";
import type { VenueClock } from "./clock.ts";
import type { EditDesk } from "./edit-desk.ts";
import type { VenueFaults } from "./faults.ts";
import type { FeeRates } from "./fee-rates.ts";
import { historyRoutes } from "./history-routes.ts";
import { marketRoutes } from "./market-routes.ts";
import type { OrderEntry } from "./order-entry.ts";
import type { OrderRecord } from "./order-record.ts";
import { orderRoutes } from "./order-routes.ts";
import type { ProductVenue } from "./product-venue.ts";
import type { Route } from "./route.ts";

/** What the venue's paths need of it. */
export interface RoutesContext {
  readonly clock: VenueClock;
  readonly fees: FeeRates;
  readonly purses: Purses;
  readonly faults: VenueFaults;
  readonly entry: OrderEntry;
  readonly cancels: CancelDesk;
  readonly edits: EditDesk;
  readonly products: ReadonlyMap<string, ProductVenue>;
  readonly heldOf: (record: OrderRecord) => bigint;
}

/** All paths of the venue. */
export function createRoutes(context: RoutesContext): readonly Route[] {
  const { entry, products } = context;
  const specs = [...products.values()].map(({ spec }) => spec);
  const accounts = {
    ...context,
    orders: entry.orders,
    currencies: [...new Set(specs.flatMap((spec) => [spec.baseCurrency, spec.quoteCurrency]))],
    fiat: new Set(specs.map((spec) => spec.quoteCurrency)),
  };
  return [
    ...orderRoutes({ ...context, product: (productId) => products.get(productId) ?? null }),
    ...historyRoutes({ ...context, orders: entry.orders }),
    ...marketRoutes(context),
    ...accountRoutes(accounts),
  ];
}
