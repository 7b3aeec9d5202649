import { createServer } from "node:http";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { WebSocketServer } from "ws";
import type { WebSocket } from "ws";
import type { StubMarket } from "./stub-market.ts";
import { answersTo } from "./stub-orders.ts";
import { stubPage } from "./stub-pages.ts";
import type { StubRequest } from "./stub-orders.ts";

/** What reaches the stub from the process that is measured. */
export interface StubListener {
  /** An order, and when its bytes were here, not yet looked at. */
  onOrder(request: StubRequest, nowMs: number): void;
  onEcho(nowMs: number): void;
}

/** A venue's sockets and REST on one loopback port, and beside them a path at which a bare client echoes. */
export class StubSockets {
  market: WebSocket | null = null;
  echo: WebSocket | null = null;
  private readonly server: Server;
  private readonly sockets: WebSocketServer;
  private orderId = 0;

  constructor(market: StubMarket, listener: StubListener) {
    this.server = createServer(({ url = "" }, response) => {
      response.setHeader("content-type", "application/json");
      response.end(stubPage(url, market));
    });
    this.sockets = new WebSocketServer({ server: this.server, perMessageDeflate: false });
    this.sockets.on("connection", (socket, { url = "" }) => {
      if (url.startsWith("/stream")) this.market = socket;
      else if (url.startsWith("/echo")) this.takeEcho(socket, listener);
      else this.takeOrders(socket, listener);
    });
  }

  listen(): Promise<number> {
    return new Promise((resolve) => {
      this.server.listen(0, "127.0.0.1", () => resolve((this.server.address() as AddressInfo).port));
    });
  }

  close(): void {
    for (const socket of this.sockets.clients) socket.terminate();
    this.sockets.close();
    this.server.close();
  }

  private takeEcho(socket: WebSocket, listener: StubListener): void {
    this.echo = socket;
    socket.on("message", () => listener.onEcho(performance.now()));
  }

  private takeOrders(socket: WebSocket, listener: StubListener): void {
    socket.on("message", (data) => {
      const nowMs = performance.now();
      const request = JSON.parse((data as Buffer).toString("utf8")) as StubRequest;
      this.orderId += 1;
      for (const text of answersTo(request, this.orderId)) socket.send(text);
      if (request.method === "order.place") listener.onOrder(request, nowMs);
    });
  }
}
