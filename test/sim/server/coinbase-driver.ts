import { once } from "node:events";
import { Agent, request } from "undici";
import { WebSocket } from "ws";
import type { CoinbaseVenue, Endpoint, HttpAnswer } from "../../../sim/coinbase/index.ts";
import { startCoinbaseServer } from "../../../sim/server/index.ts";
import type { CoinbaseServer, CoinbaseServerOptions } from "../../../sim/server/index.ts";
import { TEST_MARKET, requestToken } from "../coinbase/venue-driver.ts";
import type { RestCall, VenueDriver } from "../coinbase/venue-driver.ts";
import { SocketPort } from "./socket-driver.ts";

/** Starts a server with the tests' market. */
export async function openTls(overrides: Partial<CoinbaseServerOptions> = {}): Promise<TlsDriver> {
  return new TlsDriver(await startCoinbaseServer({ ...TEST_MARKET, ...overrides }));
}

/** The venue behind TLS sockets, whose certificate its clients verify. */
export class TlsDriver implements VenueDriver {
  readonly server: CoinbaseServer;
  readonly host: string;
  readonly #agent: Agent;

  constructor(server: CoinbaseServer) {
    this.server = server;
    this.host = new URL(server.urls.rest).host;
    this.#agent = new Agent({ connect: { ca: server.caPem } });
  }

  get venue(): CoinbaseVenue {
    return this.server.venue;
  }

  nowMs(): number {
    return this.venue.clock.ms(this.server.nowNs());
  }

  async connect(endpoint: Endpoint): Promise<SocketPort> {
    const socket = new WebSocket(this.server.urls[endpoint], { ca: this.server.caPem });
    const port = new SocketPort(socket);
    await once(socket, "open");
    return port;
  }

  async rest(
    method: "GET" | "POST",
    target: string,
    { body, signer, token }: RestCall = {},
  ): Promise<HttpAnswer | null> {
    const own = signer === undefined ? undefined : requestToken(this, method, target, signer);
    const headers: Record<string, string> = { "content-type": "application/json" };
    if ((token ?? own) !== undefined) headers["authorization"] = `Bearer ${token ?? own}`;
    const sent = body === undefined ? {} : { body: JSON.stringify(body) };
    const options = { method, headers, dispatcher: this.#agent, ...sent };
    try {
      const response = await request(`${this.server.urls.rest}${target}`, options);
      return {
        status: response.statusCode,
        headers: response.headers as Record<string, string>,
        body: await response.body.text(),
        cutAtByte: null,
      };
    } catch (error) {
      // A connection that breaks is what some tests are about; a certificate that is not believed never is.
      if (error instanceof Error && /other side closed|aborted|terminated/.test(error.message)) return null;
      throw error;
    }
  }

  async close(): Promise<void> {
    await this.#agent.destroy();
    await this.server.close();
  }
}
