export type { HttpAnswer, HttpListener, HttpRoutes, HttpServer } from "./http-server.ts";
export { LoopbackHttp } from "./http-server.ts";
