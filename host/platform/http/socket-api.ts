import { createServer, STATUS_CODES } from "node:http";
import type { IncomingMessage, Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import WebSocket, { WebSocketServer } from "ws";
import type {
  ApiAddress,
  ApiHandlers,
  ApiListener,
  ApiServer,
  EventSocket,
  EventSocketListener,
} from "./api-listener.ts";

/** A bearer token and a path, several times over. */
const HEADER_BYTES_MAX = 8_192;
const HEADERS_MAX = 50;
const HEADERS_TIMEOUT_MS = 5_000;
/** The largest body, a plugin's module, needs no longer on a slow line of 10 Mbit/s. */
const REQUEST_TIMEOUT_MS = 20_000;
const KEEP_ALIVE_TIMEOUT_MS = 5_000;
const CHECK_EVERY_MS = 1_000;
const CONNECTIONS_MAX = 128;
/** What a client may say in one message: a list of what it subscribes to. */
const MESSAGE_BYTES_MAX = 4_096;
const CLOSE_GRACE_MS = 2_000;

/** Real sockets: node's HTTP server within limits, and `ws` for upgrades. Says nothing itself but what HTTP itself refuses. */
export class SocketApi implements ApiListener {
  async listen(address: ApiAddress, handlers: ApiHandlers): Promise<ApiServer> {
    const server = createServer(
      {
        maxHeaderSize: HEADER_BYTES_MAX,
        headersTimeout: HEADERS_TIMEOUT_MS,
        requestTimeout: REQUEST_TIMEOUT_MS,
        keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
        connectionsCheckingInterval: CHECK_EVERY_MS,
      },
      (request, response) => {
        handlers.onRequest(request, response);
      },
    );
    server.maxConnections = CONNECTIONS_MAX;
    server.maxHeadersCount = HEADERS_MAX;
    const sockets = new WebSocketServer({
      noServer: true,
      maxPayload: MESSAGE_BYTES_MAX,
      perMessageDeflate: false,
      clientTracking: true,
    });
    server.on("upgrade", (request: IncomingMessage, connection: Duplex, head: Buffer) => {
      upgrade(sockets, handlers, request, connection, head);
    });
    await listening(server, address);
    return { port: (server.address() as AddressInfo).port, close: () => closed(server, sockets) };
  }
}

function listening(server: Server, { host, port }: ApiAddress): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", (cause) => {
      reject(
        new Error(
          `control: port ${port} of ${host} cannot be listened on (${cause.message}); choose another in control.port, or 0 for a free one`,
          { cause },
        ),
      );
    });
    server.listen(port, host, resolve);
  });
}

function closed(server: Server, sockets: WebSocketServer): Promise<void> {
  for (const socket of sockets.clients) socket.terminate();
  return new Promise((resolve) => {
    server.close(() => {
      resolve();
    });
    server.closeAllConnections();
  });
}

function upgrade(
  sockets: WebSocketServer,
  handlers: ApiHandlers,
  request: IncomingMessage,
  connection: Duplex,
  head: Buffer,
): void {
  connection.on("error", () => {
    connection.destroy();
  });
  const decision = handlers.onUpgrade({
    path: (request.url ?? "/").split("?", 1).join(""),
    remote: request.socket.remoteAddress ?? "",
    hostHeader: request.headers.host ?? "",
    authorization: request.headers.authorization,
  });
  if (!("accept" in decision)) {
    const { status, contentType, body } = decision;
    const lines = [
      `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? "Refused"}`,
      "connection: close",
      `content-type: ${contentType}`,
      `content-length: ${Buffer.byteLength(body)}`,
    ];
    connection.end(`${lines.join("\r\n")}\r\n\r\n${body}`);
    return;
  }
  sockets.handleUpgrade(request, connection, head, (socket) => {
    serve(socket, decision.accept(new ServedSocket(socket)));
  });
}

function serve(socket: WebSocket, listener: EventSocketListener): void {
  socket.on("message", (data: Buffer, isBinary: boolean) => {
    listener.onMessage(isBinary ? "" : data.toString("utf8"));
  });
  socket.on("pong", () => {
    listener.onAlive();
  });
  // The close that follows tells the listener.
  socket.on("error", () => undefined);
  socket.on("close", () => {
    listener.onClose();
  });
}

class ServedSocket implements EventSocket {
  private readonly socket: WebSocket;

  constructor(socket: WebSocket) {
    this.socket = socket;
  }

  get bufferedBytes(): number {
    return this.socket.bufferedAmount;
  }

  send(text: string): void {
    if (this.socket.readyState === WebSocket.OPEN) this.socket.send(text);
  }

  ping(): void {
    if (this.socket.readyState === WebSocket.OPEN) this.socket.ping();
  }

  close(code: number, reason: string): void {
    this.socket.close(code, reason);
    // A side that does not read never takes the close either, and its buffer would stay.
    setTimeout(() => {
      this.socket.terminate();
    }, CLOSE_GRACE_MS).unref();
  }
}
