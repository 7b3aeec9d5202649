import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { UnavailablePluginOperations } from "../../../../host/control/api/index.ts";
import { bundledModules } from "../../../support/bundled-modules.ts";
import { ApiUnderTest, codeOf, tokens } from "./api-under-test.ts";
import type { Reply, RoleName } from "./api-under-test.ts";

const modules = await bundledModules("momentum", "market-maker", "order-size", "microprice");
const base64 = (name: string): string => Buffer.from(modules.get(name) ?? []).toString("base64");
/** The same module in another version of equal length. */
const newer = (name: string): string => {
  const text = Buffer.from(modules.get(name) ?? []).toString("latin1");
  return Buffer.from(text.replace('"version":"1.0.0"', '"version":"1.0.1"'), "latin1").toString("base64");
};

interface Change {
  readonly stage: string;
  readonly version: string;
  readonly isChanged: boolean;
  readonly sha256: string;
}

describe("plugin operations", () => {
  let under: ApiUnderTest;
  before(async () => {
    under = await ApiUnderTest.start();
  });
  after(() => under.api.close());

  function ask(role: RoleName, slot: string, step: string, more: object = {}): Promise<Reply> {
    under.rest();
    return under.ask("POST", `/v1/plugins/${slot}/${step}`, {
      token: tokens[role],
      body: { reason: "test", ...more },
    });
  }

  test("a quant brings an agent in and shadows it; an operator promotes and rolls back", async () => {
    const deploy = await ask("quant", "momentum", "deploy", {
      kind: "agent",
      module: newer("momentum"),
    });
    assert.equal(deploy.status, 200, deploy.text);
    const { stage, version, isChanged, sha256 } = deploy.body as Change;
    assert.deepEqual([stage, version, isChanged], ["candidate", "1.0.1", true]);
    assert.match(sha256, /^[0-9a-f]{64}$/);
    assert.equal(((await ask("quant", "momentum", "shadow")).body as Change).stage, "shadow");
    assert.equal(codeOf(await ask("quant", "momentum", "promote")), "403 SANDPIT_API_FORBIDDEN");
    assert.equal(((await ask("operator", "momentum", "promote")).body as Change).stage, "probation");
    const back = (await ask("operator", "momentum", "rollback")).body as Change;
    assert.deepEqual([back.stage, back.version], ["live", "1.0.0"]);
    const { actor, reason, operation } = under.operations.asked.at(-1) ?? {};
    assert.deepEqual(
      [actor, reason, operation],
      [{ name: "a-operator", role: "operator" }, "test", "rollback"],
    );
  });

  test("a module is recorded by its hash and length, not by its bytes", async () => {
    await ask("quant", "momentum", "deploy", {
      kind: "agent",
      module: base64("momentum"),
      parameters: { flowWeight: 1 },
      isFresh: true,
    });
    const [record] = under.audit.tail(1);
    const { moduleBytes, moduleSha256, module, parameters, isFresh } = record?.arguments ?? {};
    assert.equal(moduleBytes, modules.get("momentum")?.length);
    assert.match(String(moduleSha256), /^[0-9a-f]{64}$/);
    assert.equal(module, undefined);
    assert.deepEqual([parameters, isFresh], ['{"flowWeight":1}', true]);
    assert.deepEqual(under.recorded(2), ["a-quant deploy ASKED", "a-quant deploy OK"]);
  });

  test("[H8] the same module again changes nothing", async () => {
    const reply = await ask("quant", "momentum", "deploy", { kind: "agent", module: base64("momentum") });
    assert.deepEqual([reply.status, (reply.body as Change).isChanged], [200, false]);
  });

  test("[H8] of two deployments to one slot at once one wins, the other is told so; a stop is heard, another slot is free", async () => {
    under.operations.waiting = [];
    const body = { kind: "agent", module: newer("momentum") };
    const first = ask("quant", "momentum", "deploy", body);
    while (under.operations.waiting.length === 0) await new Promise((resolve) => setImmediate(resolve));
    assert.equal(codeOf(await ask("operator", "momentum", "deploy", body)), "409 SANDPIT_PLUGIN_BUSY");
    assert.equal(codeOf(await ask("operator", "momentum", "promote")), "409 SANDPIT_PLUGIN_BUSY");
    assert.equal((await ask("operator", "momentum", "quarantine")).status, 200);
    const other = ask("quant", "market-maker", "deploy", { kind: "agent", module: newer("market-maker") });
    while (under.operations.waiting.length === 1) await new Promise((resolve) => setImmediate(resolve));
    under.operations.finish();
    under.operations.finish();
    under.operations.waiting = null;
    assert.deepEqual([(await first).status, (await other).status], [200, 200]);
    assert.deepEqual(
      under.recorded(8).map((line) => line.split(" ").slice(1).join(" ")),
      [
        "deploy ASKED",
        "deploy SANDPIT_PLUGIN_BUSY",
        "promote ASKED",
        "promote SANDPIT_PLUGIN_BUSY",
        "quarantine OK",
        "deploy ASKED",
        "deploy OK",
        "deploy OK",
      ],
    );
    await ask("operator", "momentum", "rollback");
    await ask("operator", "momentum", "release");
  });

  test("what is not there, not admitted, of another kind or in another state is refused with its code", async () => {
    const module = base64("momentum");
    for (const [role, slot, step, more, code] of [
      ["operator", "no-such-slot", "promote", {}, "404 SANDPIT_PLUGIN_UNKNOWN"],
      ["quant", "no-such-slot", "shadow", {}, "404 SANDPIT_PLUGIN_UNKNOWN"],
      ["operator", "NO SLOT", "promote", {}, "422 SANDPIT_API_INVALID"],
      ["quant", "momentum", "deploy", { kind: "agent", module: "AAAA" }, "422 SANDPIT_PLUGIN_NOT_ADMITTED"],
      ["quant", "momentum", "deploy", { kind: "agent", module: "not base64!" }, "422 SANDPIT_API_INVALID"],
      ["quant", "momentum", "deploy", { kind: "agent", module: "" }, "422 SANDPIT_API_INVALID"],
      [
        "quant",
        "momentum",
        "deploy",
        { kind: "feature", module: base64("microprice") },
        "422 SANDPIT_PLUGIN_KIND",
      ],
      [
        "quant",
        "momentum",
        "deploy",
        { kind: "agent", module, parameters: { x: 1 } },
        "422 SANDPIT_PLUGIN_PARAMETERS",
      ],
      ["quant", "hedge", "shadow", {}, "409 SANDPIT_PLUGIN_STATE"],
      ["operator", "hedge", "promote", {}, "409 SANDPIT_PLUGIN_STATE"],
      ["operator", "hedge", "rollback", {}, "409 SANDPIT_PLUGIN_STATE"],
      ["operator", "hedge", "release", {}, "409 SANDPIT_PLUGIN_STATE"],
    ] as const) {
      const reply = await ask(role, encodeURIComponent(slot), step, more);
      assert.equal(codeOf(reply), code, `${slot} ${step}`);
      assert.equal(under.recorded(1)[0], `a-${role} ${step} ${code.slice(4)}`);
    }
  });

  test("a module of the largest size is heard, a larger body is not read", async () => {
    const largest = Buffer.alloc(1024 * 1024).toString("base64");
    const reply = await ask("quant", "momentum", "deploy", { kind: "agent", module: largest });
    assert.equal(codeOf(reply), "422 SANDPIT_PLUGIN_NOT_ADMITTED");
    const deploy = (module: string, more: object = {}): Promise<Reply> =>
      ask("quant", "momentum", "deploy", { kind: "agent", module, ...more });
    assert.equal(codeOf(await deploy(`${largest}AAAA`)), "422 SANDPIT_API_INVALID");
    const sourceMap = '"'.repeat(131_072).padEnd(524_288, "m");
    assert.equal(codeOf(await deploy(largest, { sourceMap })), "422 SANDPIT_PLUGIN_NOT_ADMITTED");
    assert.equal(codeOf(await deploy("AAAA", { sourceMap: `${sourceMap}m` })), "422 SANDPIT_API_INVALID");
    assert.equal(
      codeOf(await deploy(largest, { sourceMap: "m".repeat(700_000) })),
      "413 SANDPIT_API_BODY_TOO_LARGE",
    );
  });

  test("who may not change a kind does not reach its slot, nor one that is not there", async () => {
    const body = { kind: "risk", module: base64("order-size") };
    assert.equal(codeOf(await ask("quant", "order-size", "deploy", body)), "403 SANDPIT_API_FORBIDDEN");
    assert.equal((await ask("risk", "order-size", "deploy", body)).status, 200);
    assert.equal(codeOf(await ask("quant", "new-rule", "deploy", body)), "403 SANDPIT_API_FORBIDDEN");
    assert.equal(codeOf(await ask("risk", "new-rule", "deploy", body)), "404 SANDPIT_PLUGIN_UNKNOWN");
  });

  test("quarantine stops, release brings back, and both say where the slot stands", async () => {
    assert.equal(((await ask("operator", "hedge", "quarantine")).body as Change).stage, "quarantined");
    assert.equal(((await ask("operator", "hedge", "quarantine")).body as Change).isChanged, false);
    assert.equal(((await ask("operator", "hedge", "release")).body as Change).stage, "live");
  });

  test("parameters are read with their ranges, and set within them", async () => {
    under.rest();
    const path = "/v1/plugins/momentum/parameters";
    const { body } = await under.ask("GET", path, { token: tokens.viewer });
    const { parameters } = body as { parameters: { name: string; value: number; max: number }[] };
    const known = parameters.find(({ name }) => name === "flowWeight");
    assert.deepEqual([known?.value, known?.max], [1, 10]);
    const put = (values: object) =>
      under.ask("PUT", path, { token: tokens.quant, body: { reason: "tune", parameters: values } });
    assert.equal(codeOf(await put({ flowWeight: 11 })), "422 SANDPIT_PLUGIN_PARAMETERS");
    assert.equal(codeOf(await put({ flowWeight: "2" })), "422 SANDPIT_API_INVALID");
    assert.equal((await put({ flowWeight: 2 })).status, 200);
    assert.equal(codeOf(await put({ flowWeight: 3 })), "409 SANDPIT_PLUGIN_BUSY");
    assert.equal(
      codeOf(await under.ask("GET", "/v1/plugins/absent/parameters", { token: tokens.viewer })),
      "404 SANDPIT_PLUGIN_UNKNOWN",
    );
  });

  test("a host that stops refuses them", async () => {
    under.operations.isEnding = true;
    assert.equal(codeOf(await ask("operator", "hedge", "quarantine")), "409 SANDPIT_CONTROL_ENDING");
    under.operations.isEnding = false;
  });
});

test("a host without plugin operations answers 501 to each of them", async () => {
  const under = await ApiUnderTest.start(new UnavailablePluginOperations());
  try {
    for (const step of ["deploy", "shadow", "drop", "promote", "rollback", "quarantine", "release"]) {
      const more = step === "deploy" ? { kind: "agent", module: "AAAA" } : {};
      const reply = await under.ask("POST", `/v1/plugins/momentum/${step}`, {
        token: tokens.operator,
        body: { reason: "x", ...more },
      });
      assert.equal(codeOf(reply), "501 SANDPIT_API_NOT_AVAILABLE", step);
    }
    const reply = await under.ask("PUT", "/v1/plugins/momentum/parameters", {
      token: tokens.operator,
      body: { reason: "x", parameters: {} },
    });
    assert.equal(codeOf(reply), "501 SANDPIT_API_NOT_AVAILABLE");
  } finally {
    await under.api.close();
  }
});
