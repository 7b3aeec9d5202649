import { createServer } from "node:http";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { FaultError } from "./fault-switch.ts";
import type { FaultSwitch } from "./fault-switch.ts";

const HOST = "127.0.0.1";
const BODY_BYTES_MAX = 4_096;

/**
 * Takes faults from a person, over HTTP on loopback, for the simulated venues of this process.
 *
 * ```
 *  GET    /faults                                            {"venues":[{"name":"binance","faults":[…]}]}
 *  POST   /faults  {"venue":"binance","fault":"cut","args":["market"]}
 *  DELETE /faults                                            all off
 * ```
 *
 * An answer with status 400 or 404 says why in `error`. What is simulated needs no password; a page in a browser has no business here
 * all the same, so that a request with an Origin is refused.
 */
export class FaultDesk {
  readonly #switches: readonly FaultSwitch[];
  readonly #http: Server;

  private constructor(switches: readonly FaultSwitch[]) {
    this.#switches = switches;
    this.#http = createServer((request, response) => this.#receive(request, response));
  }

  /** Opens it on a port of 127.0.0.1; 0 takes a free one. */
  static async open(switches: readonly FaultSwitch[], port = 0): Promise<FaultDesk> {
    const desk = new FaultDesk(switches);
    await new Promise<void>((resolve, reject) => {
      desk.#http.once("error", reject);
      desk.#http.listen(port, HOST, resolve);
    });
    return desk;
  }

  get url(): string {
    return `http://${HOST}:${(this.#http.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.#http.closeAllConnections();
    await new Promise<void>((resolve) => {
      this.#http.close(() => resolve());
    });
  }

  #receive(request: IncomingMessage, response: ServerResponse): void {
    const chunks: Buffer[] = [];
    let bytes = 0;
    request.on("data", (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > BODY_BYTES_MAX) request.destroy();
      else chunks.push(chunk);
    });
    request.on("end", () => {
      const { status, body } = this.#answer(request, Buffer.concat(chunks).toString("utf8"));
      response.writeHead(status, { "content-type": "application/json" });
      response.end(JSON.stringify(body));
    });
  }

  #answer({ method, url, headers }: IncomingMessage, text: string): { status: number; body: object } {
    if (headers.origin !== undefined) return refused(403, "pages in browsers may not switch faults");
    if (url !== "/faults") return refused(404, "there is /faults alone");
    try {
      if (method === "POST") this.#set(text);
      else if (method === "DELETE") for (const one of this.#switches) one.clear();
      else if (method !== "GET") return refused(405, "use GET, POST or DELETE");
    } catch (error) {
      if (error instanceof FaultError) return refused(400, error.message);
      throw error;
    }
    return {
      status: 200,
      body: { venues: this.#switches.map((one) => ({ name: one.name, faults: one.list() })) },
    };
  }

  #set(text: string): void {
    const { venue, fault, args } = orderOf(text);
    const found = this.#switches.find(({ name }) => name === venue);
    if (found === undefined)
      throw new FaultError(
        `there is no simulated venue "${venue}"; there is ${this.#switches.map(({ name }) => name).join(", ")}`,
      );
    found.set(fault, args);
  }
}

function refused(status: number, error: string): { status: number; body: object } {
  return { status, body: { error } };
}

function orderOf(text: string): { venue: string; fault: string; args: readonly string[] } {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    parsed = null;
  }
  const { venue, fault, args = [] } = (parsed ?? {}) as { venue?: unknown; fault?: unknown; args?: unknown };
  const areTexts = Array.isArray(args) && args.every((one) => typeof one === "string");
  if (typeof venue !== "string" || typeof fault !== "string" || !areTexts)
    throw new FaultError('the body is no {"venue":TEXT,"fault":TEXT,"args":[TEXT…]}');
  return { venue, fault, args };
}
