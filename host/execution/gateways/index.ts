export type { Gateway, GatewayInstrument, GatewayListener } from "./gateway.ts";
export { ORDER_REQUEST_ID_FIRST } from "./gateway.ts";
export { Channel, channelOf, LANE_VENUES_MAX, lineOf, LINES_MAX, venueOf } from "./line.ts";
export type { SessionPorts } from "./reconnecting-session.ts";
export type { BinanceAddresses, BinanceGatewayOptions } from "./binance/binance-gateway.ts";
export { BinanceGateway } from "./binance/binance-gateway.ts";
export type { LogonSigner } from "./binance/logon.ts";
