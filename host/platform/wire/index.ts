export type { Connection, ConnectionListener, RestAnswer, Wire } from "./wire.ts";
export { SocketWire } from "./socket-wire.ts";
