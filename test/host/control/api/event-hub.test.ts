import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, test } from "node:test";
import WebSocket from "ws";
import { AccessTokens, tokenHash } from "../../../../host/control/api/access-tokens.ts";
import type { ApiContext } from "../../../../host/control/api/api-context.ts";
import { ApiGate } from "../../../../host/control/api/api-gate.ts";
import { ControlDesk } from "../../../../host/control/api/control-desk.ts";
import { BUFFERED_BYTES_MAX, CloseCode } from "../../../../host/control/api/event-client.ts";
import { EventHub } from "../../../../host/control/api/event-hub.ts";
import { AuditLog } from "../../../../host/control/audit/index.ts";
import type { SessionView } from "../../../../host/control/session-view.ts";
import { FaultCode } from "../../../../host/engine/index.ts";
import type { EventSocketListener } from "../../../../host/platform/http/index.ts";
import { VirtualClock, VirtualTimers } from "../../../../host/platform/index.ts";
import { shortSession } from "../../../support/short-session.ts";
import { SimDisk } from "../../../support/sim-disk.ts";
import { ApiUnderTest, codeOf, tokens } from "./api-under-test.ts";
import type { Reply } from "./api-under-test.ts";
import { FakePluginOperations } from "./fake-plugin-operations.ts";
import { ScriptedSocket } from "./scripted-socket.ts";

const SECOND_NS = 1e9;
const NOW_MS = 1_795_305_600_000;

interface Listening {
  readonly socket: ScriptedSocket;
  readonly listener: EventSocketListener;
}

describe("events", () => {
  let view: SessionView;
  let clock: VirtualClock;
  let timers: VirtualTimers;
  let audit: AuditLog;
  let operations: FakePluginOperations;
  let hub: EventHub;

  beforeEach(async () => {
    view = await shortSession(2);
    clock = new VirtualClock(NOW_MS);
    timers = new VirtualTimers(clock);
    audit = AuditLog.open(new SimDisk(), "audit");
    operations = new FakePluginOperations(view.built);
    const context: ApiContext = {
      view,
      facts: { account: "a", environment: "development", links: { metrics: "m", health: "h" } },
      audit,
      desk: new ControlDesk(view),
      operations,
      document: {},
      uptimeSeconds: () => 1,
    };
    const lines = (["viewer", "operator"] as const).map((role) => ({
      name: role,
      role,
      sha256: tokenHash(tokens[role]),
      expires: role === "viewer" ? "2026-11-22T00:00:10Z" : "2027-01-01T00:00:00Z",
    }));
    const gate = new ApiGate({ tokens: new AccessTokens(lines), clock, isLoopback: true });
    hub = new EventHub({ context, gate, timers, clock });
  });
  afterEach(() => {
    hub.close();
  });

  function decide(role: "viewer" | "operator", path = "/v1/events", hostHeader = "127.0.0.1") {
    const authorization = `Bearer ${tokens[role]}`;
    return hub.onUpgrade({ path, remote: "127.0.0.1", hostHeader, authorization });
  }

  function listen(role: "viewer" | "operator", ...kinds: string[]): Listening {
    const decision = decide(role);
    assert.ok("accept" in decision, JSON.stringify(decision));
    const socket = new ScriptedSocket();
    const listener = decision.accept(socket);
    if (kinds.length > 0) listener.onMessage(JSON.stringify({ subscribe: kinds }));
    return { socket, listener };
  }

  const wait = (seconds: number): void => {
    timers.advance(clock.nowNs + seconds * SECOND_NS);
  };

  test("a session's snapshots come at most five times a second, to those who asked", () => {
    const { socket } = listen("viewer", "session");
    const other = listen("viewer", "plugin");
    wait(2);
    const snapshots = socket.bodies("session");
    assert.equal(snapshots.length, 10);
    assert.equal((snapshots[0] as { mode: string }).mode, "CANCEL_ONLY");
    assert.deepEqual(
      socket.sent.map((message) => message["sequence"]),
      Array.from({ length: 11 }, (_, index) => index + 1),
    );
    assert.deepEqual(other.socket.bodies("session"), []);
  });

  test("timers that run ahead of the clock bring no more snapshots", () => {
    const { socket } = listen("viewer", "session");
    const standing = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(clock), "stamp");
    assert.ok(standing !== undefined);
    Object.defineProperty(clock, "stamp", {
      value: (cells: Float64Array, index: number) => {
        cells[index] = clock.nowNs / 10;
      },
    });
    wait(2);
    assert.equal(socket.bodies("session").length, 1);
  });

  test("audit records reach those who may read them, as they are written", async () => {
    const { socket } = listen("operator", "audit");
    const record = await audit.append({
      timeMs: 1,
      actor: "mara",
      role: "risk",
      action: "kill",
      arguments: {},
      outcome: "OK",
    });
    assert.deepEqual(socket.bodies("audit"), [record]);
    const viewer = listen("viewer", "session", "audit");
    assert.equal(viewer.socket.closed?.code, CloseCode.NOT_ALLOWED);
  });

  test("plugins that stop, and what operations tell, reach those who asked", () => {
    const { socket } = listen("viewer", "plugin");
    operations.tell({ slot: "momentum", event: "promoted", text: "probation begins" });
    view.built.slots.find(({ name }) => name === "hedge")?.stop(FaultCode.OUTPUT, "for the test");
    wait(1);
    assert.deepEqual(socket.bodies("plugin"), [
      { slot: "momentum", event: "promoted", text: "probation begins" },
      { slot: "hedge", event: "faulted", text: "for the test" },
    ]);
  });

  test("a client that does not read is dropped with a reason, and nothing more is kept for it", () => {
    const slow = listen("viewer", "session");
    const fast = listen("operator", "session");
    slow.socket.bufferedBytes = BUFFERED_BYTES_MAX + 1;
    wait(1);
    assert.deepEqual(slow.socket.closed, {
      code: CloseCode.TOO_SLOW,
      reason: "the client reads too slowly; events were missed",
    });
    assert.equal(slow.socket.bodies("session").length, 0);
    assert.equal(hub.clientCount, 1);
    assert.equal(fast.socket.bodies("session").length, 5);
  });

  test("a client that says anything else is closed", () => {
    for (const text of [
      "",
      "{",
      "[]",
      '{"subscribe":["orders"]}',
      '{"subscribe":["session"],"x":1}',
      "null",
    ]) {
      const { socket, listener } = listen("viewer");
      listener.onMessage(text);
      assert.equal(socket.closed?.code, CloseCode.BAD_MESSAGE, text);
    }
    wait(1);
    assert.equal(hub.clientCount, 0);
  });

  test("a later subscription takes the place of the one before; an empty one ends it", () => {
    const { socket, listener } = listen("viewer", "session");
    listener.onMessage('{"subscribe":[]}');
    wait(1);
    assert.deepEqual(
      socket.sent.map((message) => message["subscribed"]),
      [["session"], []],
    );
  });

  test("a client that answers no ping is dropped, one that does stays", () => {
    const dead = listen("operator", "audit");
    const alive = listen("operator", "audit");
    for (let second = 0; second < 90; second++) {
      wait(1);
      alive.listener.onAlive();
    }
    assert.equal(dead.socket.closed?.code, CloseCode.NOT_ALIVE);
    assert.equal(alive.socket.closed, null);
    assert.ok(alive.socket.pings >= 2);
  });

  test("a socket ends with its token", () => {
    const { socket } = listen("viewer", "session");
    wait(9.8);
    assert.equal(socket.closeCode, null);
    wait(0.4);
    assert.deepEqual(socket.closeCode, CloseCode.TOKEN_ENDED);
    assert.equal(hub.clientCount, 0);
  });

  test("a client that leaves is forgotten, and without clients nothing is looked at", () => {
    const { listener } = listen("viewer", "session");
    listener.onClose();
    assert.equal(hub.clientCount, 0);
    wait(1);
    assert.equal(timers.nextNs, Number.POSITIVE_INFINITY);
  });

  test("listeners are capped", () => {
    for (let index = 0; index < 16; index++) listen("operator");
    const decision = decide("operator");
    assert.ok("status" in decision);
    assert.equal(decision.status, 503);
    assert.match(decision.body, /SANDPIT_API_TOO_MANY_SOCKETS/);
  });

  test("who may not connect, or connects elsewhere, is told why", () => {
    for (const [decision, status] of [
      [
        hub.onUpgrade({ path: "/v1/events", remote: "", hostHeader: "localhost", authorization: undefined }),
        401,
      ],
      [decide("viewer", "/v1/status"), 404],
      [decide("viewer", "/v1/events", "rebound.example"), 403],
    ] as const) {
      assert.ok("status" in decision);
      assert.equal(decision.status, status);
    }
  });

  test("when the host stops every listener is told, and none is called again", async () => {
    const { socket } = listen("operator", "session", "audit");
    hub.close();
    assert.deepEqual(socket.closed, { code: CloseCode.GOING_AWAY, reason: "the host stops" });
    await audit.append({ timeMs: 1, actor: "a", role: "b", action: "c", arguments: {}, outcome: "OK" });
    assert.deepEqual(socket.bodies("audit"), []);
    assert.equal(timers.nextNs, Number.POSITIVE_INFINITY);
  });
});

describe("events over a real socket", () => {
  let under: ApiUnderTest;
  beforeEach(async () => {
    under = await ApiUnderTest.start();
  });
  afterEach(() => under.api.close());

  test("are subscribed to and received; a plain GET is told to upgrade", async () => {
    const reply: Reply = await under.ask("GET", "/v1/events", { token: tokens.operator });
    assert.equal(codeOf(reply), "426 SANDPIT_API_UPGRADE_REQUIRED");
    const socket = new WebSocket(`${under.api.url.replace("http", "ws")}/v1/events`, {
      headers: { authorization: `Bearer ${tokens.operator}` },
    });
    const received: string[] = [];
    await new Promise<void>((resolve, reject) => {
      socket.on("error", reject);
      socket.on("open", () => {
        socket.send('{"subscribe":["audit","session"]}');
      });
      socket.on("message", (data: Buffer) => {
        const message = JSON.parse(data.toString("utf8")) as { kind: string };
        received.push(message.kind);
        if (message.kind === "subscribed")
          void under.ask("POST", "/v1/kill", { token: tokens.risk, body: { reason: "test" } });
        if (message.kind === "audit") under.timers.advance(under.clock.nowNs + SECOND_NS);
        if (message.kind === "session") resolve();
      });
    });
    assert.deepEqual(received.slice(0, 3), ["subscribed", "audit", "session"]);
    const closed = new Promise<number>((resolve) => {
      socket.on("close", resolve);
    });
    await under.api.close();
    assert.ok([1001, 1006].includes(await closed));
  });

  test("are refused without a token, with the status of the refusal", async () => {
    const socket = new WebSocket(`${under.api.url.replace("http", "ws")}/v1/events`);
    const status = await new Promise<number | undefined>((resolve) => {
      socket.on("unexpected-response", (_request, response) => {
        resolve(response.statusCode);
        response.resume();
      });
      socket.on("error", () => undefined);
    });
    assert.equal(status, 401);
  });
});
