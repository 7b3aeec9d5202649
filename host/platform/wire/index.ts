export type { RestCall } from "./rest-call.ts";
export type { Connection, ConnectionListener, RestAnswer, Wire } from "./wire.ts";
export { SocketWire } from "./socket-wire.ts";
