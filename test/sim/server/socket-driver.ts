import { once } from "node:events";
import { request } from "undici";
import { WebSocket } from "ws";
import type { RestResponse } from "../../../sim/binance/index.ts";
import { startBinanceServer } from "../../../sim/server/index.ts";
import type { BinanceServer, BinanceServerOptions } from "../../../sim/server/index.ts";
import { TEST_MARKET } from "../binance/venue-driver.ts";
import type { VenueDriver } from "../binance/venue-driver.ts";
import type { ClientPort } from "../played-venue.ts";

/** Long enough for a loaded machine; reached only when something is broken. */
const PATIENCE_MS = 60_000;

/** Starts a server with the tests' market. */
export async function openSockets(overrides: Partial<BinanceServerOptions> = {}): Promise<SocketDriver> {
  const { sessionStartMs, ...market } = TEST_MARKET;
  return new SocketDriver(await startBinanceServer({ ...market, sessionStartMs, ...overrides }));
}

/** A real client socket whose frames are read one by one. */
export class SocketPort implements ClientPort {
  readonly socket: WebSocket;
  readonly frames: string[] = [];
  #wake: () => void = () => {};
  #closeCode = 0;

  constructor(socket: WebSocket) {
    this.socket = socket;
    socket.on("message", (data) => {
      this.frames.push((data as Buffer).toString("utf8"));
      this.#wake();
    });
    socket.on("close", (code) => {
      this.#closeCode = code;
      this.#wake();
    });
  }

  send(text: string): void {
    this.socket.send(text);
  }

  async next(): Promise<string> {
    await this.#until(() => this.frames.length > 0);
    return this.frames.shift() ?? "";
  }

  async closed(): Promise<number> {
    await this.#until(() => this.#closeCode !== 0);
    return this.#closeCode;
  }

  async #until(done: () => boolean): Promise<void> {
    while (!done()) {
      await new Promise<void>((resolve, reject) => {
        const timer = setTimeout(
          () => reject(new Error(`nothing came within ${PATIENCE_MS} ms`)),
          PATIENCE_MS,
        );
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }
}

/** The venue behind a socket server. */
export class SocketDriver implements VenueDriver {
  readonly server: BinanceServer;

  constructor(server: BinanceServer) {
    this.server = server;
  }

  get venue(): BinanceServer["venue"] {
    return this.server.venue;
  }

  nowMs(): number {
    return this.venue.clock.ms(this.server.nowNs());
  }

  async connect(path: string): Promise<SocketPort> {
    const socket = new WebSocket(`${this.server.urls.stream}${path}`);
    const port = new SocketPort(socket);
    await once(socket, "open");
    return port;
  }

  async rest(
    method: "GET" | "POST" | "DELETE",
    target: string,
    options: { readonly apiKey?: string; readonly body?: string } = {},
  ): Promise<RestResponse> {
    const headers: Record<string, string> = {};
    if (options.apiKey !== undefined) headers["X-MBX-APIKEY"] = options.apiKey;
    if (options.body !== undefined) headers["content-type"] = "application/x-www-form-urlencoded";
    const response = await request(`${this.server.urls.rest}${target}`, {
      method,
      headers,
      ...(options.body === undefined ? {} : { body: options.body }),
    });
    return {
      status: response.statusCode,
      headers: response.headers as Record<string, string>,
      body: await response.body.text(),
    };
  }

  close(): Promise<void> {
    return this.server.close();
  }
}
