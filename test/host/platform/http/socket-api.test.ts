import assert from "node:assert/strict";
import { connect } from "node:net";
import { after, before, describe, test } from "node:test";
import WebSocket from "ws";
import type { ApiServer, EventSocket, UpgradeRequest } from "../../../../host/platform/http/index.ts";
import { SocketApi } from "../../../../host/platform/http/index.ts";

/** Sends bytes as they are; resolves with all that came back. */
function exchange(port: number, text: string): Promise<string> {
  return new Promise((resolve) => {
    let received = "";
    const socket = connect(port, "127.0.0.1", () => socket.write(text));
    socket.setEncoding("utf8").on("data", (chunk: string) => (received += chunk));
    socket.on("error", () => undefined);
    socket.on("close", () => {
      resolve(received);
    });
  });
}

describe("the sockets of an API", () => {
  let server: ApiServer;
  const served: EventSocket[] = [];
  const heard: string[] = [];
  const upgrades: UpgradeRequest[] = [];

  before(async () => {
    server = await new SocketApi().listen(
      { host: "127.0.0.1", port: 0 },
      {
        onRequest: (request, response) => {
          response.end(`${request.method ?? ""} ${request.url ?? ""}`);
        },
        onUpgrade: (request) => {
          upgrades.push(request);
          if (request.path !== "/events") return { status: 404, contentType: "text/plain", body: "not here" };
          return {
            accept: (socket) => {
              served.push(socket);
              return {
                onMessage: (text) => {
                  heard.push(text);
                  socket.send(`heard ${text}`);
                },
                onAlive: () => heard.push("(pong)"),
                onClose: () => heard.push("(closed)"),
              };
            },
          };
        },
      },
    );
  });
  after(() => server.close());

  test("hand requests over", async () => {
    const response = await fetch(`http://127.0.0.1:${server.port}/a?b`, { method: "PUT" });
    assert.equal(await response.text(), "PUT /a?b");
  });

  test("refuse headers beyond 8 KiB, before anybody is asked", async () => {
    const long = `GET / HTTP/1.1\r\nhost: x\r\nx: ${"y".repeat(9_000)}\r\n\r\n`;
    assert.match(await exchange(server.port, long), /^HTTP\/1\.1 431 /);
    assert.match(await exchange(server.port, "nonsense\r\n\r\n"), /^HTTP\/1\.1 400 /);
  });

  test("carry messages, pings and closes of a WebSocket both ways", async () => {
    const socket = new WebSocket(`ws://127.0.0.1:${server.port}/events?x=1`, {
      headers: { authorization: "Bearer t" },
    });
    const answers: string[] = [];
    socket.on("message", (data: Buffer) => {
      answers.push(data.toString("utf8"));
      served[0]?.ping();
    });
    await new Promise((resolve) => socket.once("open", resolve));
    assert.deepEqual(
      { ...upgrades[0], remote: "" },
      {
        path: "/events",
        remote: "",
        hostHeader: `127.0.0.1:${server.port}`,
        authorization: "Bearer t",
      },
    );
    socket.send("hello");
    await new Promise((resolve) => socket.once("ping", resolve));
    while (!heard.includes("(pong)")) await new Promise((resolve) => setImmediate(resolve));
    socket.send(Buffer.from([1, 2, 3]), { binary: true });
    await new Promise((resolve) => socket.once("message", resolve));
    assert.deepEqual(answers, ["heard hello", "heard "]);
    assert.equal(served[0]?.bufferedBytes, 0);
    const closed = new Promise<readonly [number, string]>((resolve) => {
      socket.once("close", (code, reason) => {
        resolve([code, reason.toString("utf8")]);
      });
    });
    served[0].close(4001, "enough");
    assert.deepEqual(await closed, [4001, "enough"]);
    while (!heard.includes("(closed)")) await new Promise((resolve) => setImmediate(resolve));
    served[0].send("to nobody");
    served[0].ping();
  });

  test("end a WebSocket whose message is larger than any that is expected", async () => {
    const socket = new WebSocket(`ws://127.0.0.1:${server.port}/events`);
    await new Promise((resolve) => socket.once("open", resolve));
    const closed = new Promise<number>((resolve) => socket.once("close", resolve));
    socket.send("x".repeat(5_000));
    assert.equal(await closed, 1009);
  });

  test("are cut from a client that does not read, not even the close", async () => {
    const own: EventSocket[] = [];
    let isClosed = false;
    const listener = {
      onMessage: () => undefined,
      onAlive: () => undefined,
      onClose: () => {
        isClosed = true;
      },
    };
    const slow = await new SocketApi().listen(
      { host: "127.0.0.1", port: 0 },
      {
        onRequest: () => undefined,
        onUpgrade: () => ({
          accept: (socket) => {
            own.push(socket);
            return listener;
          },
        }),
      },
    );
    const client = connect(slow.port, "127.0.0.1");
    client.pause();
    client.on("error", () => undefined);
    client.write(
      "GET /events HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n",
    );
    const until = async (isReached: () => boolean): Promise<void> => {
      while (!isReached()) await new Promise((resolve) => setTimeout(resolve, 5));
    };
    await until(() => own.length > 0);
    const [socket] = own;
    // More than the buffers of the operating system take.
    for (let sent = 0; sent < 16; sent++) socket?.send("x".repeat(1_048_576));
    await until(() => (socket?.bufferedBytes ?? 0) > 1_048_576);
    socket?.close(4001, "too slow");
    assert.equal(isClosed, false);
    await until(() => isClosed);
    client.destroy();
    await slow.close();
  });

  test("answer a refused upgrade as HTTP", async () => {
    const text = await exchange(
      server.port,
      "GET /elsewhere HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n",
    );
    assert.match(text, /^HTTP\/1\.1 404 Not Found\r\n[\s\S]*not here$/);
  });

  test("name a port that is taken", async () => {
    const handlers = {
      onRequest: () => undefined,
      onUpgrade: () => ({ status: 404, contentType: "text/plain", body: "" }),
    };
    await assert.rejects(
      new SocketApi().listen({ host: "127.0.0.1", port: server.port }, handlers),
      new RegExp(`port ${server.port} of 127.0.0.1 .*control\\.port`),
    );
  });

  test("are closed with everything that is open on them", async () => {
    const own = await new SocketApi().listen(
      { host: "127.0.0.1", port: 0 },
      {
        onRequest: () => undefined,
        onUpgrade: () => ({
          accept: () => ({
            onMessage: () => undefined,
            onAlive: () => undefined,
            onClose: () => undefined,
          }),
        }),
      },
    );
    const socket = new WebSocket(`ws://127.0.0.1:${own.port}/`);
    const ended = new Promise((resolve) => socket.once("close", resolve));
    await new Promise((resolve) => socket.once("open", resolve));
    const waiting = exchange(own.port, "GET / HTTP/1.1\r\nhost: x\r\n\r\n");
    await own.close();
    await ended;
    assert.equal(await waiting, "");
  });
});
