export { BackOff } from "./back-off.ts";
export type { Gateway, GatewayListener } from "./gateway.ts";
export { Channel, ORDER_REQUEST_ID_FIRST } from "./gateway.ts";
export type { SessionPorts } from "./reconnecting-session.ts";
export type { BinanceAddresses, BinanceGatewayOptions } from "./binance/binance-gateway.ts";
export { BinanceGateway } from "./binance/binance-gateway.ts";
export type { LogonSigner } from "./binance/logon.ts";
export type { RequestSigner } from "./request-signer.ts";
export { SESSION_URI } from "./request-signer.ts";
