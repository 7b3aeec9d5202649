export type { Gateway, GatewayListener } from "./gateway.ts";
export { Channel, ORDER_REQUEST_ID_FIRST } from "./gateway.ts";
export type { SessionPorts } from "./reconnecting-session.ts";
export type { BinanceAddresses, BinanceGatewayOptions } from "./binance/binance-gateway.ts";
export { BinanceGateway } from "./binance/binance-gateway.ts";
export type { RestSigner } from "./binance/rest-order.ts";
export type { ExpectedRules } from "./binance/rules-check.ts";
export type { LogonSigner } from "./binance/logon.ts";
