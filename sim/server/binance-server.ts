import { createServer } from "node:http";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { WebSocketServer } from "ws";
import type { WebSocket } from "ws";
import { BinanceVenue } from "../binance/index.ts";
import type { ClientSession } from "../binance/index.ts";
import { binanceOptions } from "./binance-options.ts";
import type { BinanceMarketOptions } from "./binance-options.ts";
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
import { readRecording } from "./recording-file.ts";
import type { RecordingProgress } from "./recording-file.ts";
import { SessionClock } from "./session-clock.ts";
import type { SessionSpeed } from "./session-clock.ts";
import { SocketSink } from "./socket-sink.ts";
import { VenuePump } from "./venue-pump.ts";

/** Settings of the socket server; it listens on 127.0.0.1 only. */
export interface BinanceServerOptions extends Omit<BinanceMarketOptions, "sessionStartMs"> {
  /** 0, which lets the system choose. */
  readonly port?: number;
  /** Recorded frames to replay, plain or gzip, in order; none: a generated market. */
  readonly recordings?: readonly string[];
  /** 1: real time. */
  readonly speed?: SessionSpeed;
  /** When session time starts to run; "firstStream", the first market stream, with recordings, otherwise "now". */
  readonly start?: "now" | "firstStream";
  /** Epoch ms of session time 0 of a generated market; the machine's clock by default. */
  readonly sessionStartMs?: number;
  readonly onProgress?: (progress: RecordingProgress) => void;
}

/** A running server. */
export interface BinanceServer {
  readonly port: number;
  /** Bases as clients want them: `stream` without a path, `wsApi` with its path, `rest` without `/api`. */
  readonly urls: { readonly stream: string; readonly wsApi: string; readonly rest: string };
  /** The venue itself, for faults, balances and orders. */
  readonly venue: BinanceVenue;
  /** Session time now. */
  nowNs(): number;
  /** Plays and sends at once what a call on `venue` has made due. */
  pump(): void;
  close(): Promise<void>;
}

const MESSAGE_BYTES_MAX = 262_144;
const BODY_BYTES_MAX = 65_536;

/** Starts a simulated Binance on a loopback port: market streams, WebSocket API and REST on the same one. */
export async function startBinanceServer(options: BinanceServerOptions): Promise<BinanceServer> {
  const paths = options.recordings ?? [];
  const recording = paths.length === 0 ? null : await readRecording(paths, options.onProgress);
  const speed = options.speed ?? 1;
  const market = { ...options, sessionStartMs: options.sessionStartMs ?? Date.now() };
  // At "max" a minute of session time may pass before a pong is back: nobody could live with the pong rule.
  const keepAlive = options.keepAlive ?? speed !== "max";
  const venue = new BinanceVenue({ ...binanceOptions(market, recording), keepAlive });
  const host = new SocketHost(
    venue,
    new SessionClock(speed),
    options.start ?? (recording === null ? "now" : "firstStream"),
  );
  return host.listen(options.port ?? 0);
}

class SocketHost {
  readonly #venue: BinanceVenue;
  readonly #clock: SessionClock;
  readonly #pump: VenuePump;
  readonly #sinks = new Map<ClientSession, SocketSink>();
  readonly #http: Server;
  readonly #sockets: WebSocketServer;

  constructor(venue: BinanceVenue, clock: SessionClock, start: "now" | "firstStream") {
    this.#venue = venue;
    this.#clock = clock;
    this.#pump = new VenuePump(venue, clock, () => backlogBytes(this.#sinks.values()));
    this.#http = createServer((request, response) =>
      receiveCall(request, BODY_BYTES_MAX, (call) => this.#answer(call, response)),
    );
    this.#sockets = new WebSocketServer({
      noServer: true,
      autoPong: false,
      perMessageDeflate: false,
      maxPayload: MESSAGE_BYTES_MAX,
    });
    this.#http.on("upgrade", (request, socket, head) => this.#upgrade(request, socket, head));
    if (start === "now") clock.start();
  }

  async listen(port: number): Promise<BinanceServer> {
    const bound = await listenOn(this.#http, port);
    const authority = `${LOOPBACK}:${bound}`;
    this.#pump.run();
    return {
      port: bound,
      urls: {
        stream: `ws://${authority}`,
        wsApi: `ws://${authority}/ws-api/v3`,
        rest: `http://${authority}`,
      },
      venue: this.#venue,
      nowNs: () => this.#pump.nowNs(),
      pump: () => this.#pump.run(),
      close: () => this.#close(),
    };
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const sink = new SocketSink(this.#pump.outbox);
    const outcome = this.#venue.connect(request.url ?? "/", sink, this.#pump.nowNs(), addressOf(request));
    if (!outcome.ok) {
      refuseUpgrade(socket, outcome.status);
      return;
    }
    const { session } = outcome;
    this.#sockets.handleUpgrade(request, socket, head, (webSocket) => {
      sink.attach(webSocket);
      this.#sinks.set(session, sink);
      this.#serve(session, webSocket);
    });
    // The handshake is done within the call, or it was refused for its headers.
    if (!this.#sinks.has(session)) this.#venue.disconnect(session);
    this.#startWithFirstStream(session);
    this.#pump.run();
  }

  #serve(session: ClientSession, webSocket: WebSocket): void {
    const { connection } = session;
    webSocket.on("message", (data, isBinary) => {
      // The venue takes text frames only; a binary one is no request.
      const text = isBinary ? "" : (data as Buffer).toString("utf8");
      this.#venue.receive(session, text, this.#pump.nowNs());
      this.#startWithFirstStream(session);
      this.#pump.run();
    });
    webSocket.on("ping", (data) => {
      if (!connection.halfOpen && !connection.closed) webSocket.pong(data);
      this.#venue.receivePing(session, this.#pump.nowNs());
      this.#pump.run();
    });
    webSocket.on("pong", (data) => {
      this.#venue.receivePong(session, data.toString("utf8"), this.#pump.nowNs());
      this.#pump.run();
    });
    webSocket.on("close", () => {
      this.#sinks.delete(session);
      this.#venue.disconnect(session);
    });
    // A broken or oversized frame: `ws` closes the socket by itself, and "close" follows.
    webSocket.on("error", () => {});
  }

  #startWithFirstStream(session: ClientSession): void {
    if (session.stream !== null && session.stream.size > 0) this.#clock.start();
  }

  #answer(call: ReceivedCall, response: ServerResponse): void {
    this.#venue.rest(call, this.#pump.nowNs(), (answer, dueNs) => {
      this.#pump.outbox.add(dueNs, () => {
        response.writeHead(answer.status, answer.headers);
        response.end(answer.body);
      });
    });
    this.#pump.run();
  }

  async #close(): Promise<void> {
    this.#pump.stop();
    for (const socket of this.#sockets.clients) socket.terminate();
    await closeServer(this.#http);
  }
}
