import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { openInProcess } from "./venue-driver.ts";
import type { InProcessDriver, InProcessPort } from "./venue-driver.ts";

const SECOND = 1_000_000_000;

/** Lets seconds pass one by one; answers each ping, if told to, with its payload. */
function live(driver: InProcessDriver, port: InProcessPort, seconds: number, answer: boolean): void {
  const [session] = driver.venue.sessions;
  for (let second = 0; second < seconds; second += 1) {
    driver.wait(SECOND);
    if (!answer || session === undefined) continue;
    for (const payload of port.pings.splice(0)) driver.venue.receivePong(session, payload, driver.nowNs);
  }
}

describe("connection life", () => {
  it("[V1] pings every 20 s and closes a minute after the first ping that nobody answered", () => {
    const driver = openInProcess();
    const port = driver.open("/ws-api/v3");
    live(driver, port, 79, false);
    assert.equal(port.pings.length, 3);
    assert.equal(port.closeCode, 0);
    live(driver, port, 1, false);
    assert.equal(port.closeCode, 1008);
    assert.equal(driver.venue.sessions.length, 0);
  });

  it("lives on while pings are answered with their payload", () => {
    const driver = openInProcess();
    const port = driver.open("/ws-api/v3");
    live(driver, port, 200, true);
    assert.equal(port.closeCode, 0);
  });

  it("does not count a pong with another payload", () => {
    const driver = openInProcess();
    const port = driver.open("/ws-api/v3");
    const [session] = driver.venue.sessions;
    assert.ok(session !== undefined);
    for (let second = 0; second < 80; second += 1) {
      driver.wait(SECOND);
      driver.venue.receivePong(session, "", driver.nowNs);
    }
    assert.equal(port.closeCode, 1008);
  });

  it("[V3] ends after 24 hours", () => {
    const driver = openInProcess();
    const port = driver.open("/ws-api/v3");
    live(driver, port, 86_399, true);
    assert.equal(port.closeCode, 0);
    live(driver, port, 1, true);
    assert.equal(port.closeCode, 1000);
  });

  it("counts pings and pongs of stream connections as messages", () => {
    const driver = openInProcess();
    const port = driver.open("/ws");
    const [session] = driver.venue.sessions;
    assert.ok(session !== undefined);
    for (let index = 0; index < 3; index += 1) driver.venue.receivePing(session, driver.nowNs);
    for (let index = 0; index < 2; index += 1) driver.venue.receivePong(session, "", driver.nowNs);
    assert.equal(port.closeCode, 0);
    driver.venue.receivePing(session, driver.nowNs);
    assert.equal(port.closeCode, 1008);
  });

  it("needs no pings when the keep-alive is off", () => {
    const driver = openInProcess({ keepAlive: false });
    const port = driver.open("/ws-api/v3");
    live(driver, port, 100, false);
    assert.deepEqual([port.pings.length, port.closeCode], [0, 0]);
  });

  it("forgets a client that has gone", () => {
    const driver = openInProcess();
    const port = driver.open("/ws/btcusdt@trade");
    const [session] = driver.venue.sessions;
    assert.ok(session !== undefined);
    driver.venue.disconnect(session);
    driver.venue.receive(session, '{"method":"LIST_SUBSCRIPTIONS","id":1}', driver.nowNs);
    driver.wait(SECOND);
    assert.deepEqual([driver.venue.sessions.length, port.frames.length, port.closeCode], [0, 0, 0]);
  });
});
