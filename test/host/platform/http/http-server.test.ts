import assert from "node:assert/strict";
import { request } from "node:http";
import { after, before, describe, test } from "node:test";
import type { HttpServer } from "../../../../host/platform/http/index.ts";
import { LoopbackHttp } from "../../../../host/platform/http/index.ts";

interface Reply {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

function ask(
  port: number,
  path: string,
  options: { readonly method?: string; readonly headers?: Readonly<Record<string, string>> } = {},
): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: "127.0.0.1", port, path, agent: false, ...options }, (response) => {
      let body = "";
      response.setEncoding("utf8").on("data", (text: string) => (body += text));
      response.on("end", () => {
        resolve({ status: response.statusCode ?? 0, type: response.headers["content-type"] ?? "", body });
      });
    });
    sent.on("error", reject);
    sent.end();
  });
}

describe("the pages of this machine", () => {
  let server: HttpServer;
  before(async () => {
    const page = (): Promise<{ status: number; contentType: string; body: string }> =>
      Promise.resolve({ status: 200, contentType: "application/json", body: "{}" });
    const broken = (): Promise<never> => Promise.reject(new Error("no sample"));
    server = await new LoopbackHttp().listen(
      0,
      new Map<string, () => ReturnType<typeof page>>([
        ["/healthz", page],
        ["/broken", broken],
      ]),
    );
  });
  after(() => server.close());

  test("are read with GET and HEAD, whatever the query", async () => {
    assert.deepEqual(await ask(server.port, "/healthz?verbose"), {
      status: 200,
      type: "application/json",
      body: "{}",
    });
    assert.equal((await ask(server.port, "/healthz", { method: "HEAD" })).body, "");
    assert.equal(
      (await ask(server.port, "/healthz", { headers: { host: `localhost:${server.port}` } })).status,
      200,
    );
  });

  test("are not written, not guessed, and not read under another machine's name", async () => {
    assert.equal((await ask(server.port, "/healthz", { method: "POST" })).status, 405);
    const absent = await ask(server.port, "/admin");
    assert.equal(absent.status, 404);
    assert.match(absent.body, /\/healthz/);
    assert.equal((await ask(server.port, "/healthz", { headers: { host: "rebound.example" } })).status, 403);
  });

  test("that fail answer 500 and the rest goes on", async () => {
    assert.deepEqual(await ask(server.port, "/broken"), {
      status: 500,
      type: "text/plain; charset=utf-8",
      body: "no sample\n",
    });
    assert.equal((await ask(server.port, "/healthz")).status, 200);
  });

  test("a port that is taken is named", async () => {
    await assert.rejects(
      new LoopbackHttp().listen(server.port, new Map()),
      new RegExp(`port ${server.port} .*http\\.port`),
    );
  });
});
