import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { routes } from "../../../../host/control/api/index.ts";
import { ApiUnderTest, codeOf, roleNames, tokens } from "./api-under-test.ts";
import type { RoleName } from "./api-under-test.ts";

const slots = {
  agent: "momentum",
  feature: "microprice",
  ensemble: "hedge",
  risk: "order-size",
  venue: "binance",
} as const;
type Kind = keyof typeof slots;
const kinds = Object.keys(slots) as Kind[];

const all: readonly RoleName[] = roleNames;
const traders: readonly RoleName[] = ["quant", "risk", "operator"];
const overseers: readonly RoleName[] = ["risk", "operator"];
const operators: readonly RoleName[] = ["operator"];

/** Who may bring in or tune a plugin of a kind. */
const changers: Readonly<Record<Kind, readonly RoleName[]>> = {
  agent: ["quant", "operator"],
  feature: ["quant", "operator"],
  ensemble: ["quant", "operator"],
  risk: ["risk"],
  venue: ["operator"],
};

/** Written down apart from the code: who may do what. */
const table: Readonly<Record<string, readonly RoleName[] | typeof changers>> = {
  getStatus: all,
  getPlugins: all,
  getParameters: all,
  getBooks: all,
  getPositions: all,
  getOrders: all,
  getBalances: all,
  getReconciliation: all,
  getEvents: all,
  getDocument: all,
  getAudit: overseers,
  kill: traders,
  cancelAll: traders,
  rearm: overseers,
  acceptBreak: overseers,
  deployPlugin: changers,
  shadowPlugin: changers,
  dropPlugin: changers,
  setParameters: changers,
  promotePlugin: operators,
  rollbackPlugin: operators,
  quarantinePlugin: operators,
  releasePlugin: operators,
};

function bodyOf(operationId: string, kind: Kind): object {
  if (operationId === "deployPlugin") return { reason: "test", kind, module: "AAAA" };
  return operationId === "setParameters" ? { reason: "test", parameters: {} } : { reason: "test" };
}

describe("roles", () => {
  let under: ApiUnderTest;
  before(async () => {
    under = await ApiUnderTest.start();
  });
  after(() => under.api.close());

  test("the table has every route", () => {
    assert.deepEqual(Object.keys(table).sort(), routes.map(({ operationId }) => operationId).sort());
  });

  for (const role of roleNames) {
    test(`a ${role} may do what the table says, on every route and every kind of plugin, and nothing else`, async () => {
      for (const { operationId, method, path } of routes) {
        for (const kind of kinds) {
          under.rest();
          const reply = await under.ask(method, path.replace("{slot}", slots[kind]), {
            token: tokens[role],
            ...(method === "GET" ? {} : { body: bodyOf(operationId, kind) }),
          });
          const row = table[operationId] ?? [];
          const able = Array.isArray(row) ? (row as readonly RoleName[]) : (row as typeof changers)[kind];
          const isForbidden = reply.status === 403;
          assert.equal(isForbidden, !able.includes(role), `${role} ${operationId} ${kind}: ${reply.text}`);
          assert.notEqual(reply.status, 401);
          assert.notEqual(reply.status, 429);
          if (isForbidden) assert.equal(codeOf(reply), "403 SANDPIT_API_FORBIDDEN");
          if (isForbidden && method !== "GET")
            assert.match(under.recorded(1)[0] ?? "", new RegExp(`^a-${role} \\S+ SANDPIT_API_FORBIDDEN$`));
        }
      }
    });
  }

  test("nobody reaches a slot of one kind by naming another kind", async () => {
    for (const [role, slot, kind, expected] of [
      ["quant", slots.risk, "agent", "403 SANDPIT_API_FORBIDDEN"],
      ["quant", slots.venue, "feature", "403 SANDPIT_API_FORBIDDEN"],
      ["risk", slots.agent, "risk", "403 SANDPIT_API_FORBIDDEN"],
      ["operator", slots.agent, "venue", "422 SANDPIT_PLUGIN_KIND"],
      ["quant", slots.agent, "feature", "422 SANDPIT_PLUGIN_KIND"],
    ] as const) {
      under.rest();
      const reply = await under.ask("POST", `/v1/plugins/${slot}/deploy`, {
        token: tokens[role],
        body: { reason: "test", kind, module: "AAAA" },
      });
      assert.equal(codeOf(reply), expected, `${role} ${slot} as ${kind}`);
    }
  });

  test("a request without a token, with a wrong one or an expired one is refused on every route", async () => {
    for (const { method, path } of routes) {
      for (const [token, code] of [
        [undefined, "SANDPIT_API_UNAUTHENTICATED"],
        ["sandpit_short", "SANDPIT_API_UNAUTHENTICATED"],
        [`${tokens.operator.slice(0, -1)}x`, "SANDPIT_API_TOKEN_UNKNOWN"],
        [tokens.expired, "SANDPIT_API_TOKEN_EXPIRED"],
      ] as const) {
        under.rest();
        const reply = await under.ask(method, path.replace("{slot}", "momentum"), {
          ...(token === undefined ? {} : { token }),
          ...(method === "GET" ? {} : { body: { reason: "test" } }),
        });
        assert.equal(codeOf(reply), `401 ${code}`, `${method} ${path}`);
        assert.match(reply.headers["www-authenticate"] ?? "", /^Bearer/);
      }
    }
  });
});
