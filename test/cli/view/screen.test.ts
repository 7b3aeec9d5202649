import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import { stripVTControlCharacters } from "node:util";
import type { Frame } from "../../../cli/view/screen.ts";
import { clockText, layOut } from "../../../cli/view/screen.ts";
import type { SessionSnapshot } from "../../../cli/view/session-snapshot.ts";
import { snapshotOf } from "../../../cli/view/session-snapshot.ts";
import { coloured, plain, widthOf } from "../../../cli/view/style.ts";
import { shortSession } from "../../support/short-session.ts";

const facts = { account: "simulated", environment: "development" };
const notices = [{ timeMs: 0, level: "warn" as const, text: "the market stream was lost" }];
const sizes = [
  [100, 30],
  [137, 48],
  [80, 24],
  [40, 10],
] as const;

describe("the view of a session", () => {
  let during: SessionSnapshot;
  let after: SessionSnapshot;
  before(async () => {
    const taken: SessionSnapshot[] = [];
    const view = await shortSession(20, undefined, (running) => {
      const { open } = running.built.orders;
      const feature = running.built.lane.parts.featureTable;
      if (taken.length === 0 && open.count > 0 && feature.isFresh(0, 0, running.built.lane.nowNs))
        taken.push(snapshotOf(running, facts));
    });
    after = snapshotOf(view, facts);
    during = taken[0] ?? after;
  });

  const frameOf = (snapshot: SessionSnapshot): Frame => ({
    snapshot,
    notices,
    eventsPerSecond: 12,
    address: "http://127.0.0.1:1",
  });

  test("fills every size of terminal exactly, with colours and without", () => {
    for (const snapshot of [during, after]) {
      for (const [width, height] of sizes) {
        for (const paint of [plain, coloured]) {
          const lines = layOut(frameOf(snapshot), paint, width, height);
          assert.equal(lines.length, height);
          for (const line of lines) assert.equal(widthOf(line), width, line);
        }
      }
    }
  });

  test("shows book, features, agents, orders, latency, plugins and notices", () => {
    const text = layOut(frameOf(during), plain, 137, 48).join("\n");
    const [order] = during.orders;
    const [bid] = during.bids;
    assert.ok(order !== undefined && bid !== undefined);
    for (const part of [
      "ACTIVE",
      "Book BTCUSDT",
      bid.price,
      "spread",
      "microprice",
      "momentum",
      "market-maker",
      order.price,
      order.side,
      "p50 / p99",
      "12 a second",
      "unsigned (development)",
      "order-rate",
      notices[0]?.text ?? "",
    ]) {
      assert.ok(text.includes(part), part);
    }
  });

  test("without colours there is no escape sequence, with them text alone is the same", () => {
    const bare = layOut(frameOf(during), plain, 100, 30).join("\n");
    assert.equal(bare.includes("\u001B"), false);
    const painted = layOut(frameOf(during), coloured, 100, 30).join("\n");
    assert.equal(painted.includes("\u001B["), true);
    assert.equal(stripVTControlCharacters(painted), bare);
  });

  test("after the end it says that lines are down, and that the host takes no order", () => {
    const text = layOut(frameOf(after), plain, 137, 48).join("\n");
    assert.match(text, /CANCEL_ONLY/);
    assert.match(text, /○ market {2}○ orders/);
    assert.match(text, /Open orders 0/);
  });

  test("unsigned plugins are marked: all of them in the title, some of them by name too", () => {
    const shown = (signed: readonly string[], isDevelopment: boolean): string => {
      const plugins = during.plugins.map((plugin) => ({ ...plugin, isSigned: signed.includes(plugin.name) }));
      return layOut(frameOf({ ...during, plugins, isDevelopment }), plain, 137, 48).join("\n");
    };
    const names = during.plugins.map(({ name }) => name);
    assert.ok(during.plugins.every(({ isSigned }) => !isSigned));
    assert.match(shown([], true), / unsigned \(development\) /);
    assert.doesNotMatch(shown([], true), /hedge unsigned/);
    const some = shown(
      names.filter((name) => name !== "hedge"),
      true,
    );
    assert.match(some, / 1 unsigned \(development\) /);
    assert.match(some, /● hedge unsigned/);
    assert.doesNotMatch(some, /binance unsigned/);
    assert.match(shown(names, false), /Plugins 13 .* signed /);
    assert.doesNotMatch(shown(names, false), /unsigned/);
  });

  test("a book that is not live and a stopped plugin are marked", () => {
    const plugins = after.plugins.map((plugin) => ({
      ...plugin,
      state: plugin.name === "hedge" ? "faulted" : plugin.state,
    }));
    const agents = after.agents.map((agent) => ({
      ...agent,
      isRunning: false,
      score: null,
      confidence: null,
    }));
    const text = layOut(frameOf({ ...after, bids: [], asks: [], plugins, agents }), plain, 120, 40).join(
      "\n",
    );
    assert.match(text, /the book is not live/);
    assert.match(text, /✗ hedge/);
    assert.match(text, /momentum!/);
  });
});

test("a clock has hours, minutes and seconds", () => {
  assert.equal(clockText(3_661.9), "01:01:01");
});
