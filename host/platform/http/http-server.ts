import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** What a route answers. */
export interface HttpAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

/** Paths, and who answers a GET on them. */
export type HttpRoutes = ReadonlyMap<string, () => Promise<HttpAnswer>>;

export interface HttpServer {
  readonly port: number;
  close(): Promise<void>;
}

/** Serves a few read-only pages on this machine. */
export interface HttpListener {
  /** Port 0 takes a free one. Rejects when the port is taken. */
  listen(port: number, routes: HttpRoutes): Promise<HttpServer>;
}

/** Nobody but this machine's own users and agents asks; there is no authentication, so it must stay so. */
const HOST = "127.0.0.1";
/** A name in Host that is not ours is a page of the web that had its name resolved to this machine. */
const OWN_NAMES: ReadonlySet<string> = new Set([HOST, "localhost", "[::1]"]);

export class LoopbackHttp implements HttpListener {
  async listen(port: number, routes: HttpRoutes): Promise<HttpServer> {
    const server = createServer((request, response) => {
      void answer(routes, request, response);
    });
    await new Promise<void>((resolve, reject) => {
      server.once("error", (cause) => {
        reject(
          new Error(
            `http: port ${port} of ${HOST} cannot be listened on (${cause.message}); choose another in http.port, or 0 for a free one`,
            { cause },
          ),
        );
      });
      server.listen(port, HOST, resolve);
    });
    return {
      port: (server.address() as AddressInfo).port,
      close: () =>
        new Promise((resolve) => {
          server.closeAllConnections();
          server.close(() => {
            resolve();
          });
        }),
    };
  }
}

async function answer(routes: HttpRoutes, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { status, contentType, body } = await answerOf(routes, request);
  response.writeHead(status, {
    "content-type": contentType,
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
  });
  response.end(request.method === "HEAD" ? "" : body);
}

async function answerOf(routes: HttpRoutes, request: IncomingMessage): Promise<HttpAnswer> {
  const name = (request.headers.host ?? "").replace(/:\d+$/, "");
  if (!OWN_NAMES.has(name)) return text(403, "this address serves its own machine only\n");
  if (request.method !== "GET" && request.method !== "HEAD") return text(405, "read only\n");
  const path = (request.url ?? "/").split("?", 1).join("");
  const route = routes.get(path);
  if (route === undefined) return text(404, `no such page; there are ${[...routes.keys()].join(", ")}\n`);
  try {
    return await route();
  } catch (error) {
    return text(500, `${error instanceof Error ? error.message : String(error)}\n`);
  }
}

function text(status: number, body: string): HttpAnswer {
  return { status, contentType: "text/plain; charset=utf-8", body };
}
