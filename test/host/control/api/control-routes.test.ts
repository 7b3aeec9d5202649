import assert from "node:assert/strict";
import { beforeEach, afterEach, describe, test } from "node:test";
import { FaultCode } from "../../../../host/engine/index.ts";
import { rearmOrder, TradingMode } from "../../../../host/execution/risk/index.ts";
import { ApiUnderTest, codeOf, tokens } from "./api-under-test.ts";
import type { Asking } from "./api-under-test.ts";

const token = tokens.operator;
const asOperator = (body: object): Asking => ({ token, body });

describe("control actions", () => {
  let under: ApiUnderTest;
  beforeEach(async () => {
    under = await ApiUnderTest.start();
  });
  afterEach(() => under.api.close());

  const accountMode = (): number => under.view.built.modes.account[0] ?? 0;
  const arm = (): void => {
    under.view.session.rearm(TradingMode.ACTIVE, rearmOrder("test", "to begin with"));
  };

  test("a kill halts the account, and is recorded with who and why [O1]", async () => {
    arm();
    const reply = await under.ask("POST", "/v1/kill", asOperator({ reason: "runaway" }));
    assert.deepEqual(reply.body, { mode: "HALTED", openOrders: 0, waitingCancels: {}, auditSequence: 1 });
    assert.equal(accountMode(), TradingMode.HALTED);
    const [record] = under.audit.tail(1);
    assert.deepEqual(
      [record?.actor, record?.role, record?.action, record?.arguments, record?.outcome],
      ["a-operator", "operator", "kill", { reason: "runaway" }, "OK"],
    );
    assert.equal(record?.timeMs, under.clock.wallMs());
  });

  test("a cancel-all leaves the mode as it is", async () => {
    arm();
    const reply = await under.ask("POST", "/v1/cancel-all", asOperator({ reason: "tidy up" }));
    assert.deepEqual(reply.body, { mode: "ACTIVE", openOrders: 0, waitingCancels: {}, auditSequence: 1 });
  });

  test("a re-arm is recorded before it is done and after, and names its person to the lane's journal", async () => {
    await under.ask("POST", "/v1/kill", asOperator({ reason: "runaway" }));
    const reply = await under.ask("POST", "/v1/rearm", asOperator({ reason: "looked at it" }));
    assert.deepEqual(reply.body, { mode: "ACTIVE", openOrders: 0, waitingCancels: {}, auditSequence: 3 });
    assert.deepEqual(under.recorded(3), [
      "a-operator kill OK",
      "a-operator rearm ASKED",
      "a-operator rearm OK",
    ]);
  });

  test("a re-arm may stop at REDUCING, and is for one instrument where it names one", async () => {
    const { modes } = under.view.built;
    arm();
    modes.restrictInstrument(0, TradingMode.CANCEL_ONLY);
    const one = { reason: "compared with the venue", instrument: "BTCUSDT" };
    assert.equal((await under.ask("POST", "/v1/rearm", asOperator(one))).status, 200);
    assert.equal(modes.instrument[0], TradingMode.ACTIVE);
    await under.ask("POST", "/v1/kill", asOperator({ reason: "x" }));
    const reducing = await under.ask("POST", "/v1/rearm", asOperator({ reason: "x", mode: "REDUCING" }));
    assert.equal((reducing.body as { mode: string }).mode, "REDUCING");
    assert.equal(
      codeOf(await under.ask("POST", "/v1/rearm", asOperator({ reason: "x", mode: "REDUCING" }))),
      "409 SANDPIT_CONTROL_ALREADY_ARMED",
    );
    assert.equal((await under.ask("POST", "/v1/rearm", asOperator({ reason: "x" }))).status, 200);
  });

  test("a re-arm of nothing, or to what is no mode, is refused", async () => {
    arm();
    for (const [body, code] of [
      [{ reason: "x" }, "409 SANDPIT_CONTROL_ALREADY_ARMED"],
      [{ reason: "x", instrument: "DOGEUSDT" }, "404 SANDPIT_CONTROL_INSTRUMENT_UNKNOWN"],
      [{ reason: "x", instrument: "BTCUSDT.COINBASE" }, "404 SANDPIT_CONTROL_INSTRUMENT_UNKNOWN"],
      [{ reason: "x", mode: "HALTED" }, "422 SANDPIT_API_INVALID"],
    ] as const) {
      assert.equal(codeOf(await under.ask("POST", "/v1/rearm", asOperator(body))), code);
      assert.equal(under.recorded(1)[0], `a-operator rearm ${code.slice(4)}`);
    }
  });

  test("nobody arms while a codec or a risk rule is stopped, the journal refuses, or the kill word is set [O4]", async () => {
    const { built } = under.view;
    const rearm = async (): Promise<string> =>
      codeOf(await under.ask("POST", "/v1/rearm", asOperator({ reason: "x" })));
    const agent = built.slots.find(({ kind }) => kind === "agent");
    agent?.stop(FaultCode.OUTPUT, "an agent may be stopped");
    Atomics.store(built.kill, 0, 1);
    assert.equal(await rearm(), "409 SANDPIT_CONTROL_NOT_READY");
    Atomics.store(built.kill, 0, 0);
    built.lane.parts.journal.refusal = -4;
    assert.equal(await rearm(), "409 SANDPIT_CONTROL_NOT_READY");
    built.lane.parts.journal.refusal = 0;
    const rule = built.slots.find(({ kind }) => kind === "risk");
    rule?.stop(FaultCode.OUTPUT, "for the test");
    assert.equal(await rearm(), "409 SANDPIT_CONTROL_NOT_READY");
    assert.equal(accountMode(), TradingMode.CANCEL_ONLY);
  });

  test("once the host stops nobody arms it again, and it can still be killed", async () => {
    under.api.beginEnd();
    const reply = await under.ask("POST", "/v1/rearm", asOperator({ reason: "x" }));
    assert.equal(codeOf(reply), "409 SANDPIT_CONTROL_ENDING");
    assert.equal((await under.ask("POST", "/v1/kill", asOperator({ reason: "x" }))).status, 200);
    const status = await under.ask("GET", "/v1/status", { token });
    assert.equal((status.body as { isEnding: boolean }).isEnding, true);
  });

  test("with an audit log that cannot be written a kill still works, says so, and a re-arm does nothing", async () => {
    arm();
    under.disk.capacityBytes = 0;
    const kill = await under.ask("POST", "/v1/kill", asOperator({ reason: "x" }));
    assert.deepEqual(kill.body, { mode: "HALTED", openOrders: 0, waitingCancels: {}, auditSequence: null });
    const rearm = await under.ask("POST", "/v1/rearm", asOperator({ reason: "x" }));
    assert.equal(codeOf(rearm), "503 SANDPIT_AUDIT_UNAVAILABLE");
    assert.match(rearm.text, /nothing was done/);
    assert.equal(accountMode(), TradingMode.HALTED);
    assert.equal((await under.ask("GET", "/v1/status", { token })).status, 200);
    assert.equal((await under.ask("POST", "/v1/kill", { body: {} })).status, 401);
  });

  test("a re-arm whose outcome cannot be recorded is taken back", async () => {
    under.disk.capacityBytes = under.disk.usedBytes() + 700;
    const rearm = await under.ask("POST", "/v1/rearm", asOperator({ reason: "x" }));
    assert.equal(codeOf(rearm), "503 SANDPIT_AUDIT_UNAVAILABLE");
    assert.match(rearm.text, /taken back/);
    assert.equal(accountMode(), TradingMode.HALTED);
    assert.deepEqual(under.recorded(1), ["a-operator rearm ASKED"]);
  });

  test("no token is ever in the audit log, in a notice or in an answer, wherever it was put", async () => {
    const secret = tokens.quant;
    const asks: readonly (readonly [string, string, Asking])[] = [
      ["POST", "/v1/kill", { token: secret, body: { reason: `my token is ${secret}` } }],
      ["POST", "/v1/rearm", { token, body: { reason: secret, instrument: secret.slice(0, 24) } }],
      ["POST", "/v1/rearm", { token, body: { reason: secret, [secret]: 1 } }],
      ["POST", `/v1/plugins/${secret}/shadow`, { token: secret, body: { reason: "x" } }],
      [
        "PUT",
        "/v1/plugins/momentum/parameters",
        { token, body: { reason: "x", parameters: { [secret]: 1 } } },
      ],
      ["GET", `/v1/${secret}`, { token: secret }],
      ["POST", "/v1/kill", { token: `${secret.slice(0, -1)}_`, body: { reason: "x" } }],
      ["POST", "/v1/rearm", { token, body: { reason: secret } }],
    ];
    for (const [method, path, asking] of asks) {
      const reply = await under.ask(method, path, asking);
      assert.equal(reply.text.includes(secret.slice(0, -1)), false, `${method} ${path}: ${reply.text}`);
    }
    assert.equal(under.auditText().includes(secret.slice(0, -1)), false, under.auditText());
    assert.equal(under.notices.join("\n").includes(secret.slice(0, -1)), false);
    const status = await under.ask("GET", "/v1/audit", { token });
    assert.equal(status.text.includes(secret.slice(0, -1)), false);
  });
});
