import { BinanceGateway } from "../../../../../host/execution/gateways/index.ts";
import { runGatewayContract } from "../../../../support/gateway-contract.ts";

runGatewayContract({
  name: "Binance",
  symbols: ["BTCUSDT", "ETHUSDT"],
  marketUrl: "wss://stream",
  ordersUrl: "wss://orders",
  create: (wire, place, listener) =>
    new BinanceGateway(
      {
        ...place,
        addresses: { streamUrl: "wss://stream", wsApiUrl: "wss://orders", restUrl: "https://rest" },
        snapshotLevels: 1000,
        signer: { apiKey: "key", logon: (_, onSigned) => onSigned("signature") },
      },
      wire.ports,
      listener,
    ),
  openMarket: (wire) => wire.to("wss://stream").listener.onOpen(),
  openOrders: (wire, gateway, isRefused) => {
    const orders = wire.to("wss://orders");
    orders.listener.onOpen();
    // Logon, then the subscription: the codec reads the answers, and the lane hands them back.
    for (let count = 0; count < (isRefused ? 1 : 2); count++) {
      const { id } = JSON.parse(orders.sent.at(-1) ?? "{}") as { id: number };
      gateway.onSessionReply(id, isRefused ? 401 : 200, isRefused ? -2015 : 0);
    }
    wire.pass(0);
  },
  beat: (connection) => connection.listener.onAlive(),
  order: { text: "an order", sent: "an order" },
  ordersSent: (wire) => wire.to("wss://orders").sent.filter((text) => !text.includes('"method"')),
  hasSnapshots: true,
  isRotating: true,
});
