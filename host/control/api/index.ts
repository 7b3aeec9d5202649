export { tokenHash, tokenOf } from "./access-tokens.ts";
export type { Actor } from "./actor.ts";
export { problemSchema } from "./api-problem.ts";
export type { ProblemBody, ProblemCode } from "./api-problem.ts";
export { ControlApi } from "./control-api.ts";
export type { ControlApiParts } from "./control-api.ts";
export { openApiDocument } from "./openapi.ts";
export type {
  DeployRequest,
  ParametersRequest,
  PluginChange,
  PluginEvent,
  PluginOperations,
  PluginOutcome,
  PluginRefusal,
  PluginRefusalCode,
  PluginStage,
  SlotRequest,
  WaitingModule,
} from "./plugin-operations.ts";
export { UnavailablePluginOperations } from "./plugin-operations.ts";
export type { Role } from "./role.ts";
export { roles } from "./role.ts";
export type { Route } from "./route.ts";
export { pathNames } from "./route.ts";
export { cancelAllRoute, killRoute, rearmRoute } from "./routes/control-routes.ts";
export { acceptBreakRoute, reconcileRoute } from "./routes/reconcile-routes.ts";
export { routes } from "./routes/index.ts";
export type { DeployInput, PluginAnswer, PluginRoute, SlotInput } from "./routes/plugin-routes.ts";
export {
  deployRoute,
  dropRoute,
  promoteRoute,
  quarantineRoute,
  releaseRoute,
  rollbackRoute,
  setParametersRoute,
  shadowRoute,
} from "./routes/plugin-routes.ts";
export { auditRoute, pluginsRoute, statusRoute } from "./routes/view-routes.ts";
export type { PluginView } from "./views/plugin-view.ts";
export type { ReconcileView } from "./views/reconcile-view.ts";
export type { StatusView } from "./views/status-view.ts";
export type { VenueWait } from "../venue-waits.ts";
export type { ControlState } from "./control-desk.ts";
