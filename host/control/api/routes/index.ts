import type { AnyRoute } from "../route.ts";
import { cancelAllRoute, killRoute, rearmRoute } from "./control-routes.ts";
import { documentRoute } from "./document-route.ts";
import {
  deployRoute,
  dropRoute,
  promoteRoute,
  quarantineRoute,
  releaseRoute,
  rollbackRoute,
  setParametersRoute,
  shadowRoute,
} from "./plugin-routes.ts";
import { acceptBreakRoute, reconcileRoute } from "./reconcile-routes.ts";
import {
  auditRoute,
  balancesRoute,
  booksRoute,
  eventsRoute,
  ordersRoute,
  parametersRoute,
  pluginsRoute,
  positionsRoute,
  statusRoute,
} from "./view-routes.ts";

/** Every route of the API. What is not here is not served, not documented and not called. */
export const routes: readonly AnyRoute[] = [
  statusRoute,
  pluginsRoute,
  parametersRoute,
  booksRoute,
  positionsRoute,
  ordersRoute,
  balancesRoute,
  reconcileRoute,
  auditRoute,
  eventsRoute,
  documentRoute,
  killRoute,
  cancelAllRoute,
  rearmRoute,
  acceptBreakRoute,
  deployRoute,
  shadowRoute,
  dropRoute,
  promoteRoute,
  rollbackRoute,
  quarantineRoute,
  releaseRoute,
  setParametersRoute,
];
