/** Simulated venues on loopback sockets. */
export { startBinanceServer } from "./binance-server.ts";
export type { BinanceServer, BinanceServerOptions } from "./binance-server.ts";
export { binanceOptions } from "./binance-options.ts";
export type { BinanceMarketOptions } from "./binance-options.ts";
export { readRecording } from "./recording-file.ts";
export type { RecordingProgress } from "./recording-file.ts";
export type { SessionSpeed } from "./session-clock.ts";
export { binanceFaults } from "./binance-faults.ts";
export { coinbaseFaults } from "./coinbase-faults.ts";
export { FaultDesk } from "./fault-desk.ts";
export { FaultError } from "./fault-switch.ts";
export type { FaultDescription, FaultSwitch } from "./fault-switch.ts";
export { startCoinbaseServer } from "./coinbase-server.ts";
export type { CoinbaseServer, CoinbaseServerOptions } from "./coinbase-server.ts";
export { coinbaseOptions } from "./coinbase-options.ts";
export type { CoinbaseMarketOptions } from "./coinbase-options.ts";
export { readRecordedSession } from "./recorded-session-file.ts";
