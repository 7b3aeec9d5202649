import assert from "node:assert/strict";
import { test } from "node:test";
import { request } from "undici";
import { binanceFaults, FaultDesk, FaultError } from "../../../sim/server/index.ts";
import type { FaultDescription, FaultSwitch } from "../../../sim/server/index.ts";
import { openSockets } from "./socket-driver.ts";

/** A venue of one fault. */
class OneFault implements FaultSwitch {
  readonly name = "one";
  args: readonly string[] | null = null;

  list(): FaultDescription[] {
    return [{ name: "fail", ids: ["V0"], usage: "[X]", effect: "e", expect: "x", isOn: this.args !== null }];
  }

  set(fault: string, args: readonly string[]): void {
    if (fault !== "fail") throw new FaultError(`one has no fault "${fault}"; it has fail`);
    this.args = args;
  }

  clear(): void {
    this.args = null;
  }
}

async function call(
  desk: FaultDesk,
  method: "GET" | "POST" | "DELETE" | "PUT",
  body?: string,
  headers: Record<string, string> = {},
): Promise<{ status: number; text: string }> {
  const answer = await request(`${desk.url}/faults`, { method, body: body ?? null, headers });
  return { status: answer.statusCode, text: await answer.body.text() };
}

test("a fault is switched on, listed as on, and off again, for whichever venue", async (t) => {
  const one = new OneFault();
  const desk = await FaultDesk.open([one]);
  t.after(() => desk.close());
  const on = await call(desk, "POST", '{"venue":"one","fault":"fail","args":["7"]}');
  assert.deepEqual([on.status, one.args], [200, ["7"]]);
  assert.match((await call(desk, "GET")).text, /"isOn":true/);
  assert.match((await call(desk, "DELETE")).text, /"isOn":false/);
  assert.equal(one.args, null);
});

test("what is no order is refused with the reason, and a browser's page altogether", async (t) => {
  const one = new OneFault();
  const desk = await FaultDesk.open([one]);
  t.after(() => desk.close());
  for (const [body, reason] of [
    ['{"venue":"two","fault":"fail"}', /no simulated venue .+two.+; there is one/],
    ['{"venue":"one","fault":"x"}', /no fault .+x.+; it has fail/],
    ['{"venue":"one","fault":"fail","args":[1]}', /the body is no/],
    ["{", /the body is no/],
  ] as const) {
    const answer = await call(desk, "POST", body);
    assert.equal(answer.status, 400);
    assert.match(answer.text, reason);
  }
  assert.equal((await call(desk, "PUT")).status, 405);
  const page = await call(desk, "POST", '{"venue":"one","fault":"fail"}', { origin: "http://evil.example" });
  assert.equal(page.status, 403);
  assert.equal(one.args, null);
  assert.equal((await request(`${desk.url}/nothing`)).statusCode, 404);
});

test("every fault of the simulated Binance can be switched, and what lasts is cleared", async () => {
  const driver = await openSockets();
  try {
    const faults = binanceFaults(driver.server);
    await driver.connect("/ws-api/v3");
    await driver.rest("GET", "/api/v3/ping");
    const lasting = [
      ...[
        "fail-orders",
        "refuse-connections",
        "refuse-keys",
        "reject-orders",
        "timeout-orders",
        "lose-answers",
      ],
      ...["delay-answers", "lag-queries", "clock"],
    ];
    for (const { name } of faults.list()) faults.set(name, name === "clock" ? ["-700"] : []);
    const isOn = (): string[] => faults.list().flatMap(({ name, isOn: on }) => (on ? [name] : []));
    assert.deepEqual(isOn().sort(), [...lasting].sort());
    assert.equal((await driver.rest("GET", "/api/v3/ping")).status, 418);
    faults.clear();
    assert.deepEqual(isOn(), []);
    assert.equal((await driver.rest("GET", "/api/v3/ping")).status, 200);
  } finally {
    await driver.close();
  }
});

test("arguments out of range, too many, or missing are refused with what would do", async () => {
  const driver = await openSockets();
  try {
    const faults = binanceFaults(driver.server);
    for (const [fault, args, reason] of [
      ["clock", [], /MILLISECONDS is missing; give a whole number from -3600000 to 3600000/],
      ["clock", ["soon"], /MILLISECONDS is "soon"/],
      ["limit", ["0"], /from 1 to 86400/],
      ["cut", ["everything"], /"everything" is no line of a venue; say market, orders or all/],
      ["reject-orders", ["x"], /takes no argument/],
      ["nothing", [], /binance has no fault "nothing"; it has cut, /],
    ] as const)
      assert.throws(() => faults.set(fault, args), reason);
  } finally {
    await driver.close();
  }
});
