import assert from "node:assert/strict";
import { createServer } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { RequestListener, Server } from "node:http";
import type { AddressInfo } from "node:net";
import { after, test } from "node:test";
import type { WebSocket } from "ws";
import { WebSocketServer } from "ws";
import type { RestAnswer } from "../../../../host/platform/index.ts";
import { SocketWire } from "../../../../host/platform/index.ts";
import { CertificateAuthority } from "../../../../sim/server/certificate-authority.ts";

const servers: Server[] = [];
after(() => {
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
});

async function serve(listener: RequestListener = () => undefined): Promise<{ server: Server; port: number }> {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  return { server, port: (server.address() as AddressInfo).port };
}

/** A venue of one WebSocket, and what this host's wire makes of it: events as they come. */
async function socket(onVenue: (venue: WebSocket) => void) {
  const { server, port } = await serve();
  const sockets = new WebSocketServer({ server });
  sockets.on("connection", onVenue);
  const events: string[] = [];
  const lastEvent = (): string => events.at(-1) ?? "";
  const waiting: { readonly text: string; readonly done: () => void }[] = [];
  const note = (text: string): void => {
    events.push(text);
    for (const wait of waiting) if (text.startsWith(wait.text)) wait.done();
  };
  const connection = new SocketWire().connect(`ws://127.0.0.1:${port}`, {
    onOpen: () => note("open"),
    onMessage: (bytes, length) =>
      note(`message ${Buffer.from(bytes).toString("latin1", 0, Math.min(length, 40))}`),
    onAlive: () => note("alive"),
    onClose: (reason) => note(`close ${reason}`),
  });
  const seen = (text: string): Promise<void> =>
    new Promise((done) => {
      if (events.some((event) => event.startsWith(text))) done();
      else waiting.push({ text, done });
    });
  return { connection, events, lastEvent, seen };
}

test("messages go both ways, the bytes copied before send returns", async () => {
  const { connection, events, lastEvent, seen } = await socket((venue) => {
    venue.on("message", (data, isBinary) => {
      venue.send(`${isBinary ? "binary" : "text"} ${(data as Buffer).toString()}`);
    });
  });
  const bytes = Buffer.from("..order..");
  assert.equal(connection.send(bytes, 2, 5), false);
  assert.deepEqual(events, []);
  await seen("open");
  assert.equal(connection.send(bytes.subarray(1), 1, 5), true);
  // Masked in a copy, not where they lie.
  assert.equal(bytes.toString(), "..order..");
  bytes.fill(0);
  await seen("message text order");
  connection.close();
  await seen("close");
  assert.equal(connection.send(bytes, 0, 1), false);
  assert.match(lastEvent(), /^close closed by the venue \(code 1005\)/);
});

test("pings of the venue and its answers to ours are signs of life", async () => {
  const { connection, seen, events } = await socket((venue) => {
    venue.on("ping", () => venue.send("pinged"));
    venue.on("message", () => venue.ping());
  });
  connection.ping();
  await seen("open");
  connection.ping();
  await Promise.all([seen("message pinged"), seen("alive")]);
  const before = events.filter((event) => event === "alive").length;
  connection.send(Buffer.from("ping me"), 0, 7);
  while (events.filter((event) => event === "alive").length === before)
    await new Promise((resolve) => setImmediate(resolve));
  connection.close();
  await seen("close");
});

test("the venue's reason for closing reaches the owner, once, and nothing after it", async () => {
  const { events, seen } = await socket((venue) => {
    venue.send("last words");
    venue.close(4000, "maintenance");
  });
  await seen("close");
  assert.deepEqual(events, [
    "open",
    "message last words",
    "close closed by the venue (code 4000, maintenance)",
  ]);
});

test("[V10] a message longer than any of a venue's ends the connection instead of filling the memory", async () => {
  const { events, seen } = await socket((venue) => {
    venue.send(Buffer.alloc(8 * 1024 * 1024 + 1));
  });
  await seen("close");
  assert.match(events.at(-1) ?? "", /Max payload size exceeded/);
  assert.ok(!events.some((event) => event.startsWith("message")));
});

test("closing before the line is open ends it", async () => {
  const { connection, events, seen } = await socket(() => undefined);
  connection.close();
  await seen("close");
  assert.ok(!events.includes("open"));
});

test("an address where nobody listens is told as a close with the reason", async () => {
  const { server, port } = await serve();
  await new Promise((resolve) => server.close(resolve));
  const reason = await new Promise<string>((resolve) => {
    new SocketWire().connect(`ws://127.0.0.1:${port}`, {
      onOpen: () => undefined,
      onMessage: () => undefined,
      onAlive: () => undefined,
      onClose: resolve,
    });
  });
  assert.match(reason, /ECONNREFUSED.*code 1006/);
});

function get(url: string): Promise<RestAnswer | string> {
  return new Promise((resolve) => {
    new SocketWire().get(url, resolve, resolve);
  });
}

test("[V13] a REST answer comes with its status, its bytes, and what Retry-After says in milliseconds", async () => {
  const retries = ["7", "Fri, 31 Dec 1999 23:59:59 GMT", undefined];
  for (const [index, retryAfterMs] of [7_000, 0, 0].entries()) {
    const retry = retries[index];
    const { port } = await serve((request, response) => {
      response.writeHead(429, retry === undefined ? {} : { "retry-after": retry });
      response.end(`slow down ${request.method} ${request.url}`);
    });
    const answer = await get(`http://127.0.0.1:${port}/depth?limit=5`);
    assert.ok(typeof answer === "object");
    assert.deepEqual(
      [answer.status, answer.retryAfterMs, Buffer.from(answer.bytes).toString()],
      [429, retryAfterMs, "slow down GET /depth?limit=5"],
    );
  }
});

test("[V10] a REST answer longer than any of a venue's is refused, whatever length it claims", async () => {
  const { port } = await serve((_request, response) => {
    response.writeHead(200);
    for (let count = 0; count < 9; count++) response.write(Buffer.alloc(1024 * 1024));
    response.end();
  });
  assert.match(JSON.stringify(await get(`http://127.0.0.1:${port}/`)), /longer than 8388608 bytes/);
});

test("a REST request that fails tells why, and an answer that breaks off is no answer", async () => {
  const { server, port } = await serve((_request, response) => {
    response.writeHead(200, { "content-length": "100" });
    response.write("half");
    setImmediate(() => response.destroy());
  });
  assert.equal(typeof (await get(`http://127.0.0.1:${port}/`)), "string");
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  assert.match(JSON.stringify(await get(`http://127.0.0.1:${port}/`)), /ECONNREFUSED/);
});

test("[R2] behind a venue that does not read, a request is refused instead of queued without end", async () => {
  const venues: WebSocket[] = [];
  const { connection, seen } = await socket((venue) => {
    venue.pause();
    venues.push(venue);
  });
  await seen("open");
  const bytes = Buffer.alloc(16_384, 0x20);
  const sendsMax = 4_096;
  let sent = 0;
  while (sent < sendsMax && connection.send(bytes, 0, bytes.length)) sent += 1;
  assert.ok(sent > 0 && sent < sendsMax, `${sent} messages of 16 KiB were taken`);
  assert.equal(connection.send(bytes, 0, 1), false);
  for (const venue of venues) venue.terminate();
});

test("a request of any kind has its method, headers and body, and its answer the venue's headers", async () => {
  const { port } = await serve((request, response) => {
    let body = "";
    request.on("data", (chunk: Buffer) => (body += chunk.toString()));
    request.on("end", () => {
      response.writeHead(409, { "X-MBX-USED-WEIGHT-1M": "7", "retry-after": "3" });
      response.end(`${request.method} ${request.url} ${String(request.headers["x-mbx-apikey"])} ${body}`);
    });
  });
  const ask = (method: "POST" | "DELETE", body: string | null): Promise<RestAnswer> =>
    new Promise((resolve, reject) => {
      const call = {
        method,
        url: `http://127.0.0.1:${port}/order?a=1`,
        headers: { "x-mbx-apikey": "key" },
        body,
      };
      new SocketWire().request(call, resolve, (reason) => reject(new Error(reason)));
    });
  const posted = await ask("POST", "b=2");
  assert.equal(Buffer.from(posted.bytes).toString(), "POST /order?a=1 key b=2");
  assert.deepEqual([posted.status, posted.retryAfterMs], [409, 3_000]);
  assert.equal(posted.headers?.["x-mbx-used-weight-1m"], "7");
  assert.equal(Buffer.from((await ask("DELETE", null)).bytes).toString(), "DELETE /order?a=1 key ");
});

test("a request that cannot be made says why", async () => {
  const reason = await new Promise<string>((resolve, reject) => {
    const call = { method: "POST", url: "http://127.0.0.1:1/", headers: {}, body: null } as const;
    new SocketWire().request(call, () => reject(new Error("it was answered")), resolve);
  });
  assert.match(reason, /ECONNREFUSED/);
});

test("[V18] an authority of a venue's own is believed besides the system's, over both sockets and REST; without it nothing passes", async (t) => {
  const authority = new CertificateAuthority(Date.now());
  const { certPem, keyPem } = authority.identity(["127.0.0.1"], ["localhost"]);
  const server = createTlsServer({ cert: certPem, key: keyPem }, (_request, response) =>
    response.end("here"),
  );
  const sockets = new WebSocketServer({ server });
  sockets.on("connection", (venue) => venue.send("hello"));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => {
    for (const client of sockets.clients) client.terminate();
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const outcome = (ca: string | null): Promise<readonly [rest: string, socket: string]> => {
    const wire = new SocketWire(ca);
    const rest = new Promise<string>((done) => {
      wire.get(
        `https://127.0.0.1:${port}/`,
        ({ bytes }) => done(Buffer.from(bytes).toString("utf8")),
        (reason) => done(reason),
      );
    });
    const greeting = new Promise<string>((done) => {
      wire.connect(`wss://127.0.0.1:${port}`, {
        onOpen: () => undefined,
        onAlive: () => undefined,
        onMessage: (bytes, length) => done(Buffer.from(bytes.subarray(0, length)).toString("utf8")),
        onClose: (reason) => done(reason),
      });
    });
    return Promise.all([rest, greeting]);
  };
  assert.deepEqual(await outcome(authority.certPem), ["here", "hello"]);
  const other = new CertificateAuthority(Date.now()).certPem;
  for (const ca of [null, other])
    for (const text of await outcome(ca)) assert.match(text, /certificate|signature/);
});
