export type {
  ApiAddress,
  ApiHandlers,
  ApiListener,
  ApiServer,
  EventSocket,
  EventSocketListener,
  UpgradeDecision,
  UpgradeRequest,
} from "./api-listener.ts";
export type { HttpAnswer, HttpListener, HttpRoutes, HttpServer } from "./http-server.ts";
export { LoopbackHttp } from "./http-server.ts";
export { SocketApi } from "./socket-api.ts";
