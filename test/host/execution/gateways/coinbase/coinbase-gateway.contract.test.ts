import { CoinbaseGateway } from "../../../../../host/execution/gateways/index.ts";
import { message } from "../../../../support/coinbase-samples.ts";
import { runGatewayContract } from "../../../../support/gateway-contract.ts";

runGatewayContract({
  name: "Coinbase",
  symbols: ["BTC-USD", "ETH-USD"],
  marketUrl: "wss://market",
  ordersUrl: "wss://user",
  create: (wire, place, listener) =>
    new CoinbaseGateway(
      {
        ...place,
        addresses: { marketUrl: "wss://market", userUrl: "wss://user", restUrl: "https://rest" },
        signer: { token: (uri, onToken) => onToken(`token for ${uri}`) },
      },
      wire.ports,
      listener,
    ),
  openMarket: (wire) => {
    const market = wire.to("wss://market");
    market.listener.onOpen();
    market.message(message("subscriptions", []));
  },
  openOrders: (wire, _gateway, isRefused) => {
    const user = wire.to("wss://user");
    user.listener.onOpen();
    user.message(
      isRefused ? '{"type":"error","message":"authentication failure"}' : message("subscriptions", []),
    );
  },
  beat: (connection) => connection.message(message("heartbeats", [])),
  order: {
    text: "POST /api/v3/brokerage/orders 1007\n\n{}",
    sent: "POST https://rest/api/v3/brokerage/orders {}",
  },
  ordersSent: (wire) =>
    wire.calls
      .filter(({ call }) => call.method === "POST")
      .map(({ call }) => `POST ${call.url} ${call.body ?? ""}`),
  hasSnapshots: false,
  isRotating: false,
});
