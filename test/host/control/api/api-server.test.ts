import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, describe, test } from "node:test";
import { z } from "zod";
import { routes, openApiDocument, problemSchema } from "../../../../host/control/api/index.ts";
import { ApiUnderTest, codeOf, tokens } from "./api-under-test.ts";

interface Operation {
  readonly operationId: string;
  readonly parameters?: readonly { readonly name: string; readonly in: string; readonly schema: object }[];
  readonly requestBody?: object;
  readonly responses: Readonly<
    Record<
      string,
      {
        readonly description: string;
        readonly content?: Readonly<Record<string, { readonly schema: object }>>;
      }
    >
  >;
}
interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

const document = openApiDocument(routes) as unknown as Document;
const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ path, method: method.toUpperCase(), operation })),
);

/** Bodies that each action takes, by operation. */
const bodies: Readonly<Record<string, object>> = {
  kill: { reason: "test" },
  cancelAll: { reason: "test" },
  rearm: { reason: "test" },
  deployPlugin: { reason: "test", kind: "agent", module: Buffer.from("no module").toString("base64") },
  setParameters: { reason: "test", parameters: {} },
};

const bodyOf = (operationId: string): object => bodies[operationId] ?? { reason: "test" };

describe("the API", () => {
  let under: ApiUnderTest;
  before(async () => {
    under = await ApiUnderTest.start();
  });
  after(() => under.api.close());

  test("answers every documented operation with a documented status and a body of its schema", async () => {
    assert.equal(operations.length, routes.length);
    for (const { path, method, operation } of operations) {
      for (const slot of ["momentum", "no-such-slot"]) {
        for (const sent of [bodyOf(operation.operationId), { unknown: 1 }, undefined]) {
          under.rest();
          const reply = await under.ask(method, path.replace("{slot}", slot), {
            token: tokens.operator,
            ...(method === "GET" || sent === undefined ? {} : { body: sent }),
          });
          const label = `${method} ${path} (${slot}): ${reply.status} ${reply.text.slice(0, 200)}`;
          const response = operation.responses[String(reply.status)];
          assert.ok(response !== undefined, `not documented: ${label}`);
          const type = reply.status === 200 ? "application/json" : "application/problem+json";
          assert.ok(reply.headers["content-type"]?.startsWith(type), label);
          if (reply.status === 200) {
            const schema = z.fromJSONSchema(response.content?.[type]?.schema as z.core.JSONSchema.JSONSchema);
            const parsed = schema.safeParse(reply.body);
            assert.ok(parsed.success, `${label}: ${parsed.error?.message ?? ""}`);
          } else {
            const problem = problemSchema.parse(reply.body);
            assert.ok(response.description.split(", ").includes(problem.code), label);
            assert.equal(problem.status, reply.status);
            assert.ok(problem.text !== "" && problem.remedy !== "");
          }
        }
      }
    }
  });

  test("succeeds where the document promises 200, but for what needs a plugin that is not there", async () => {
    const succeeded: string[] = [];
    for (const { path, method, operation } of operations) {
      under.rest();
      const reply = await under.ask(method, path.replace("{slot}", "momentum"), {
        token: tokens.operator,
        ...(method === "GET" ? {} : { body: bodyOf(operation.operationId) }),
      });
      if (reply.status === 200) succeeded.push(operation.operationId);
    }
    assert.deepEqual(
      operations
        .map(({ operation }) => operation.operationId)
        .filter((operationId) => !succeeded.includes(operationId)),
      [
        "getEvents",
        "acceptBreak",
        "deployPlugin",
        "shadowPlugin",
        "dropPlugin",
        "promotePlugin",
        "rollbackPlugin",
      ],
    );
  });

  test("has no route that the document does not have: other paths and methods are refused", async () => {
    under.rest();
    for (const path of [
      "/",
      "/v1",
      "/v1/",
      "/v1/status/",
      "/v2/status",
      "/metrics",
      "/v1/plugins/momentum",
      "/%2e%2e",
    ])
      assert.equal(
        codeOf(await under.ask("GET", path, { token: tokens.operator })),
        "404 SANDPIT_API_NO_ROUTE",
        path,
      );
    for (const { path, method } of operations) {
      under.rest();
      for (const other of ["GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"]) {
        if (document.paths[path]?.[other.toLowerCase()] !== undefined) continue;
        const reply = await under.ask(other, path.replace("{slot}", "momentum"), { token: tokens.operator });
        assert.equal(codeOf(reply), "405 SANDPIT_API_METHOD", `${other} ${path}`);
        assert.ok(reply.headers.allow?.split(", ").includes(method), reply.headers.allow);
      }
    }
  });

  test("serves the document that it is made from, and docs/ has a copy", async () => {
    under.rest();
    const reply = await under.ask("GET", "/v1/openapi.json", { token: tokens.viewer });
    const copy: unknown = JSON.parse(
      readFileSync(new URL("../../../../docs/openapi.json", import.meta.url), "utf8"),
    );
    assert.deepEqual(reply.body, JSON.parse(JSON.stringify(document)));
    assert.deepEqual(copy, reply.body, "write it anew: npm run -s sandpit -- openapi > docs/openapi.json");
  });

  test("names each operation once, and describes every member of every input", () => {
    const names = operations.map(({ operation }) => operation.operationId);
    assert.equal(new Set(names).size, names.length);
    for (const { path, operation } of operations) {
      const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      const parameters = operation.parameters ?? [];
      assert.deepEqual(
        parameters.filter((parameter) => parameter.in === "path").map(({ name }) => name),
        inPath,
      );
      for (const { schema } of parameters) assert.ok(Object.keys(schema).length > 0, operation.operationId);
    }
  });

  test("refuses bodies that are too large, of another type, or no JSON, and records that for an action", async () => {
    under.rest();
    const token = tokens.operator;
    const large = JSON.stringify({ reason: "x".repeat(20_000) });
    const cases = [
      [{ token, text: large }, "413 SANDPIT_API_BODY_TOO_LARGE"],
      [{ token, text: "reason=x", headers: { "content-type": "text/plain" } }, "415 SANDPIT_API_MEDIA_TYPE"],
      [{ token, text: "{" }, "400 SANDPIT_API_MALFORMED"],
      [{ token, text: '{"__proto__":{"reason":"x"}}' }, "400 SANDPIT_API_MALFORMED"],
      [{ token, text: "[]" }, "422 SANDPIT_API_INVALID"],
      [{ token, text: '"kill"' }, "422 SANDPIT_API_INVALID"],
      [{ token, body: { reason: "  " } }, "422 SANDPIT_API_INVALID"],
      [{ token, body: { reason: "x".repeat(201) } }, "422 SANDPIT_API_INVALID"],
      [{ token, body: { reason: "x", force: true } }, "422 SANDPIT_API_INVALID"],
    ] as const;
    for (const [asking, expected] of cases) {
      const reply = await under.ask("POST", "/v1/kill", asking);
      assert.equal(codeOf(reply), expected, JSON.stringify(asking).slice(0, 100));
      assert.deepEqual(under.recorded(1), [`a-operator kill ${expected.slice(4)}`]);
    }
  });

  test("refuses queries out of range and members that it does not know", async () => {
    under.rest();
    for (const path of [
      "/v1/orders?limit=-1",
      "/v1/orders?limit=1.5",
      "/v1/books?levels=101",
      "/v1/status?x=1",
    ])
      assert.equal(
        codeOf(await under.ask("GET", path, { token: tokens.viewer })),
        "422 SANDPIT_API_INVALID",
        path,
      );
    const reply = await under.ask("GET", "/v1/orders?limit=0", { token: tokens.viewer });
    assert.equal(reply.status, 200);
  });

  test("answers to names of this machine alone, and forbids caches to keep anything", async () => {
    under.rest();
    const token = tokens.viewer;
    const rebound = await under.ask("GET", "/v1/status", { token, headers: { host: "rebound.example" } });
    assert.equal(codeOf(rebound), "403 SANDPIT_API_FOREIGN_HOST");
    const own = await under.ask("GET", "/v1/status", {
      token,
      headers: { host: `localhost:${under.api.port}` },
    });
    assert.equal(own.status, 200);
    assert.equal(own.headers["cache-control"], "no-store");
    assert.equal(own.headers["x-content-type-options"], "nosniff");
  });

  test("tells nothing of a failure that nobody expected but that it happened, and goes on", async () => {
    under.rest();
    const { built } = under.view;
    const broken = Object.defineProperty(built.balances, "isReported", {
      get: () => {
        throw new Error("a secret detail");
      },
      configurable: true,
    });
    const reply = await under.ask("GET", "/v1/balances", { token: tokens.viewer });
    Object.defineProperty(broken, "isReported", { value: new Uint8Array(8), configurable: true });
    assert.equal(codeOf(reply), "500 SANDPIT_API_FAILED");
    assert.doesNotMatch(reply.text, /secret detail/);
    assert.match(under.notices.at(-1) ?? "", /error control API: GET \/v1\/balances failed: a secret detail/);
    assert.equal((await under.ask("GET", "/v1/balances", { token: tokens.viewer })).status, 200);
  });
});
