import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:https";
import type { Server } from "node:https";
import type { Duplex } from "node:stream";
import { WebSocketServer } from "ws";
import type { WebSocket } from "ws";
import { CoinbaseVenue } from "../coinbase/index.ts";
import type { ClientSession, Endpoint, HttpAnswer } from "../coinbase/index.ts";
import { CertificateAuthority } from "./certificate-authority.ts";
import type { ServerIdentity } from "./certificate-authority.ts";
import { coinbaseOptions } from "./coinbase-options.ts";
import type { CoinbaseMarketOptions } from "./coinbase-options.ts";
import { CoinbaseSocketSink } from "./coinbase-socket-sink.ts";
import {
  addressOf,
  backlogBytes,
  closeServer,
  listenOn,
  LOOPBACK,
  receiveCall,
  refuseUpgrade,
} from "./loopback.ts";
import type { ReceivedCall } from "./loopback.ts";
import { readRecordedSession } from "./recorded-session-file.ts";
import { SessionClock } from "./session-clock.ts";
import type { SessionSpeed } from "./session-clock.ts";
import { VenuePump } from "./venue-pump.ts";

/** Settings of the server; it listens on 127.0.0.1 only. */
export interface CoinbaseServerOptions extends CoinbaseMarketOptions {
  /** 0 each, which lets the system choose. */
  readonly ports?: Partial<Readonly<Record<Endpoint | "rest", number>>>;
  /** A recorded session, plain, gzip or zstd files in order; none: generated markets. */
  readonly recording?: string | readonly string[];
  /** 1: real time. Tokens are judged by the machine's clock, as clients make them, whatever the speed. */
  readonly speed?: SessionSpeed;
  /** When session time starts to run; "firstStream", the first subscription, with a recording, otherwise "now". */
  readonly start?: "now" | "firstStream";
  /** Further DNS names in the certificate, for clients that are told to take this server for another. */
  readonly hostNames?: readonly string[];
}

/** A running server: the venue's three hosts, each a port, over TLS. */
export interface CoinbaseServer {
  /** `wss://` and `https://` addresses without a path. */
  readonly urls: { readonly marketData: string; readonly user: string; readonly rest: string };
  /** The certificate of the authority that has signed the server's: clients verify against it. */
  readonly caPem: string;
  /** The venue itself, for faults, balances and orders. */
  readonly venue: CoinbaseVenue;
  /** By how much a recording's stamps were moved, nanoseconds; 0 without one. */
  readonly rebasedByNs: bigint;
  /** Session time now. */
  nowNs(): number;
  /** Plays and sends at once what a call on `venue` has made due. */
  pump(): void;
  close(): Promise<void>;
}

const MESSAGE_BYTES_MAX = 262_144;
const BODY_BYTES_MAX = 262_144;

/**
 * Starts a simulated Coinbase Advanced Trade on loopback ports over TLS, with a certificate authority of its own. A recording
 * is moved to the present: clients sign tokens by their clocks.
 */
export async function startCoinbaseServer(options: CoinbaseServerOptions): Promise<CoinbaseServer> {
  const session =
    options.recording === undefined ? null : await readRecordedSession(...[options.recording].flat());
  const nowMs = Date.now();
  const startEpochNs = options.startEpochNs ?? BigInt(nowMs) * 1_000_000n;
  const market = { tokenClockMs: () => Date.now(), ...options, startEpochNs };
  const venue = new CoinbaseVenue(coinbaseOptions(market, session));
  const authority = new CertificateAuthority(nowMs);
  const identity = authority.identity([LOOPBACK], ["localhost", ...(options.hostNames ?? [])]);
  const start = options.start ?? (session === null ? "now" : "firstStream");
  const host = new TlsHost(venue, new SessionClock(options.speed ?? 1), start, identity);
  const rebasedByNs = session === null ? 0n : startEpochNs - session.startEpochNs;
  return { ...(await host.listen(options.ports ?? {})), caPem: authority.certPem, rebasedByNs };
}

class TlsHost {
  readonly #venue: CoinbaseVenue;
  readonly #clock: SessionClock;
  readonly #pump: VenuePump;
  readonly #identity: ServerIdentity;
  readonly #sinks = new Map<ClientSession, CoinbaseSocketSink>();
  readonly #servers: Server[] = [];
  readonly #sockets = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    maxPayload: MESSAGE_BYTES_MAX,
  });

  constructor(
    venue: CoinbaseVenue,
    clock: SessionClock,
    start: "now" | "firstStream",
    identity: ServerIdentity,
  ) {
    this.#venue = venue;
    this.#clock = clock;
    this.#identity = identity;
    this.#pump = new VenuePump(venue, clock, () => backlogBytes(this.#sinks.values()));
    if (start === "now") clock.start();
  }

  async listen(
    ports: NonNullable<CoinbaseServerOptions["ports"]>,
  ): Promise<Omit<CoinbaseServer, "caPem" | "rebasedByNs">> {
    const [marketData, user, rest] = await this.#openAll(ports);
    this.#pump.run();
    return {
      urls: {
        marketData: `wss://${LOOPBACK}:${marketData}`,
        user: `wss://${LOOPBACK}:${user}`,
        rest: `https://${LOOPBACK}:${rest}`,
      },
      venue: this.#venue,
      nowNs: () => this.#pump.nowNs(),
      pump: () => this.#pump.run(),
      close: () => this.#close(),
    };
  }

  /** Opens the three ports, or none: one that is taken closes those that are open already. */
  async #openAll(
    ports: NonNullable<CoinbaseServerOptions["ports"]>,
  ): Promise<readonly [number, number, number]> {
    try {
      return [
        await this.#open("marketData", ports.marketData ?? 0),
        await this.#open("user", ports.user ?? 0),
        await this.#open(null, ports.rest ?? 0),
      ];
    } catch (error) {
      await this.#close();
      throw error;
    }
  }

  /** Opens a port for one of the sockets, or, without an endpoint, for REST. */
  async #open(endpoint: Endpoint | null, port: number): Promise<number> {
    const { certPem, keyPem } = this.#identity;
    const server = createServer({ cert: certPem, key: keyPem });
    if (endpoint === null)
      server.on("request", (request, response) =>
        receiveCall(request, BODY_BYTES_MAX, (call) => this.#answer(call, request, response)),
      );
    else server.on("upgrade", (request, socket, head) => this.#upgrade(endpoint, request, socket, head));
    this.#servers.push(server);
    return listenOn(server, port);
  }

  #upgrade(endpoint: Endpoint, request: IncomingMessage, raw: Duplex, head: Buffer): void {
    const sink = new CoinbaseSocketSink(this.#pump.outbox, raw, () => this.#dropSlow(sink));
    const outcome = this.#venue.connect(endpoint, sink, this.#pump.nowNs(), addressOf(request));
    if (!outcome.ok) {
      refuseUpgrade(raw, outcome.status);
      return;
    }
    const { session } = outcome;
    this.#sockets.handleUpgrade(request, raw, head, (webSocket) => {
      sink.attach(webSocket);
      this.#sinks.set(session, sink);
      this.#serve(session, webSocket);
    });
    // The handshake is done within the call, or it was refused for its headers.
    if (!this.#sinks.has(session)) this.#venue.disconnect(session);
    this.#pump.run();
  }

  #serve(session: ClientSession, webSocket: WebSocket): void {
    webSocket.on("message", (data, isBinary) => {
      // The venue takes text frames only; a binary one is no request.
      const text = isBinary ? "" : (data as Buffer).toString("utf8");
      this.#venue.receive(session, text, this.#pump.nowNs());
      if (session.stream.hasSubscribed) this.#clock.start();
      this.#pump.run();
    });
    webSocket.on("close", () => {
      this.#sinks.delete(session);
      this.#venue.disconnect(session);
    });
    // A broken or oversized frame: `ws` closes the socket by itself, and "close" follows.
    webSocket.on("error", () => {});
  }

  #dropSlow(sink: CoinbaseSocketSink): void {
    for (const [session, other] of this.#sinks) {
      if (other === sink && !session.connection.closed) {
        this.#venue.dropSlowConsumer(session, this.#pump.nowNs());
      }
    }
  }

  #answer(call: ReceivedCall, request: IncomingMessage, response: ServerResponse): void {
    this.#venue.rest(call, this.#pump.nowNs(), (answer, dueNs) => {
      this.#pump.outbox.add(dueNs, () => sendAnswer(answer, request, response));
    });
    this.#pump.run();
  }

  async #close(): Promise<void> {
    this.#pump.stop();
    for (const socket of this.#sockets.clients) socket.terminate();
    for (const server of this.#servers) await closeServer(server);
  }
}

function sendAnswer(answer: HttpAnswer | null, request: IncomingMessage, response: ServerResponse): void {
  if (answer === null) {
    request.socket.destroy();
    return;
  }
  const body = Buffer.from(answer.body);
  response.writeHead(answer.status, { ...answer.headers, "content-length": String(body.length) });
  if (answer.cutAtByte === null) response.end(body);
  else response.write(body.subarray(0, answer.cutAtByte), () => request.socket.destroy());
}
