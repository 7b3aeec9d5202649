import assert from "node:assert/strict";
import { test } from "node:test";
import type { Gateway, GatewayInstrument, GatewayListener } from "../../host/execution/gateways/index.ts";
import { Channel, lineOf } from "../../host/execution/gateways/index.ts";
import type { ScriptedConnection } from "./scripted-wire.ts";
import { ScriptedWire } from "./scripted-wire.ts";

/** Where the gateway of the contract stands in its lane: not the first venue, and not the first instruments. */
const VENUE_INDEX = 2;
const MARKET = lineOf(VENUE_INDEX, Channel.MARKET);
const ORDERS = lineOf(VENUE_INDEX, Channel.ORDERS);
const REST = lineOf(VENUE_INDEX, Channel.REST);
const FIRST_INSTRUMENT = 3;
/** Longer than any venue's rule for silence. */
const SILENCE_NS = 180e9;
const SESSION_NS = 600e9;

export interface GatewayPlace {
  readonly venueIndex: number;
  readonly instruments: readonly GatewayInstrument[];
}

/** What a gateway hands to its contract suite: itself, and the venue's part in its protocol. */
export interface GatewayContract {
  readonly name: string;
  /** Two instruments' symbols, as the venue writes them. */
  readonly symbols: readonly [string, string];
  /** Beginnings of the addresses of the two sockets. */
  readonly marketUrl: string;
  readonly ordersUrl: string;
  readonly create: (wire: ScriptedWire, place: GatewayPlace, listener: GatewayListener) => Gateway;
  /** Opens a market socket, and answers what the gateway asks until its line is up. */
  readonly openMarket: (wire: ScriptedWire, gateway: Gateway) => void;
  /** The same for the order line; where it is refused, the logon is. */
  readonly openOrders: (wire: ScriptedWire, gateway: Gateway, isRefused: boolean) => void;
  /** What the venue sends on a line on which nothing happens. */
  readonly beat: (connection: ScriptedConnection) => void;
  /** An order as the venue's codec writes it, and what of it leaves; any text where the gateway looks into none. */
  readonly order: { readonly text: string; readonly sent: string };
  /** Orders that have left, as text. */
  readonly ordersSent: (wire: ScriptedWire) => readonly string[];
  /** A venue that announces its end gets second connections before the first ones are dropped. */
  readonly isRotating: boolean;
  /** Whether snapshots are asked for; else books come on the market line by themselves. */
  readonly hasSnapshots: boolean;
}

/** The promises of Gateway that every venue's keeps. */
export function runGatewayContract(contract: GatewayContract): void {
  const { name } = contract;
  const named = (title: string, run: () => void): void => void test(title.replace("GATEWAY", name), run);

  named("GATEWAY: start connects, and no line is up before the venue has answered", () => {
    const rig = new Rig(contract);
    assert.equal(rig.wire.connections.length, 0);
    rig.gateway.start();
    assert.ok(rig.market !== rig.orders);
    assert.deepEqual(rig.lines, []);
  });

  named(
    "GATEWAY: lines come up when the venue has answered, and speak of its own place among the venues",
    () => {
      const rig = Rig.open(contract);
      assert.deepEqual(rig.lines, [
        [MARKET, true],
        [ORDERS, true],
      ]);
    },
  );

  named("GATEWAY: what is received goes on as it came, on its line", () => {
    const rig = Rig.open(contract);
    rig.frames.length = 0;
    rig.market.message("market");
    rig.orders.message("order");
    assert.deepEqual(rig.frames, [
      [MARKET, 0, "market"],
      [ORDERS, 0, "order"],
    ]);
  });

  named(
    "GATEWAY: [V20] an order leaves as given while its line is up, and is refused before and after",
    () => {
      const rig = new Rig(contract);
      const bytes = Buffer.from(`..${contract.order.text}..`);
      const send = (): boolean => rig.gateway.sendOrder(bytes, 2, bytes.length - 4);
      rig.gateway.start();
      assert.equal(send(), false);
      rig.open();
      const before = contract.ordersSent(rig.wire).length;
      assert.equal(send(), true);
      assert.deepEqual(contract.ordersSent(rig.wire).slice(before), [contract.order.sent]);
      rig.orders.listener.onClose("reset");
      assert.equal(send(), false);
      assert.equal(contract.ordersSent(rig.wire).length, before + 1);
    },
  );

  named("GATEWAY: [V1] a lost line is told once, and comes back by itself while the other stays", () => {
    for (const [line, other] of [
      [MARKET, ORDERS],
      [ORDERS, MARKET],
    ] as const) {
      const rig = Rig.open(contract);
      rig.lines.length = 0;
      rig.socketOf(line).listener.onClose("reset");
      assert.deepEqual(rig.lines, [[line, false]]);
      assert.ok(rig.notices.some((text) => text.startsWith("warn ")));
      rig.wire.untilConnection();
      rig.answer(line);
      assert.deepEqual(rig.lines, [
        [line, false],
        [line, true],
      ]);
      assert.ok(!rig.socketOf(other).isClosing);
    }
  });

  named(
    "GATEWAY: [V4] a line whose subscriptions are to be renewed goes down and comes up again, the other stays",
    () => {
      for (const [channel, line, other] of [
        [Channel.MARKET, MARKET, ORDERS],
        [Channel.ORDERS, ORDERS, MARKET],
      ] as const) {
        const rig = Rig.open(contract);
        rig.lines.length = 0;
        const socket = rig.socketOf(line);
        rig.gateway.resubscribe(channel);
        assert.deepEqual(rig.lines, [], "not from within the call");
        assert.ok(socket.isClosing);
        socket.listener.onClose("closed by this host");
        rig.wire.untilConnection();
        rig.answer(line);
        assert.deepEqual(rig.lines, [
          [line, false],
          [line, true],
        ]);
        assert.ok(!rig.socketOf(other).isClosing);
      }
    },
  );

  named("GATEWAY: [V2] a venue that closes at once is backed away from, on either line", () => {
    for (const line of [MARKET, ORDERS]) {
      const rig = Rig.open(contract);
      const waits = Array.from({ length: 8 }, () => {
        rig.socketOf(line).listener.onClose("bye");
        const waitNs = rig.wire.untilConnection();
        rig.answer(line);
        return waitNs;
      });
      assert.ok((waits.at(-1) ?? 0) > 10 * (waits[0] ?? 0), waits.join(", "));
      assert.ok(waits.every((waitNs) => waitNs <= 60e9));
    }
  });

  named(
    "GATEWAY: [V3] a venue that announces its end has both lines made anew, at once or beside the old ones",
    () => {
      const rig = Rig.open(contract);
      rig.lines.length = 0;
      const [market, orders] = [rig.market, rig.orders];
      const connections = rig.wire.connections.length;
      rig.gateway.onServerShutdown();
      assert.deepEqual(rig.lines, [], "not from within the call");
      if (contract.isRotating) {
        // Second connections are in sync first; that they take over without a gap is the venue's own tests' matter.
        assert.equal(rig.wire.connections.length, connections + 2);
        assert.ok(!market.isClosing && !orders.isClosing);
        return;
      }
      assert.ok(market.isClosing && orders.isClosing);
      for (const socket of [market, orders]) socket.listener.onClose("closed");
      for (let count = 0; count < 2; count++) rig.wire.untilConnection();
      rig.open();
      assert.deepEqual(rig.lines.slice(-2), [
        [MARKET, true],
        [ORDERS, true],
      ]);
    },
  );

  named(
    "GATEWAY: [M4] a line on which nothing is heard is given up, one on which the venue beats is kept",
    () => {
      const rig = Rig.open(contract);
      rig.lines.length = 0;
      const { market } = rig;
      for (let passedNs = 0; passedNs < SILENCE_NS; passedNs += 1e9) {
        rig.wire.pass(1e9);
        contract.beat(market);
      }
      assert.deepEqual(
        rig.lines.filter(([line]) => line === MARKET),
        [],
      );
      assert.deepEqual(rig.lines[0], [ORDERS, false]);
    },
  );

  named(
    "GATEWAY: [V19] a logon that is refused again and again ends the tries, and says what to look at",
    () => {
      const rig = new Rig(contract);
      rig.gateway.start();
      for (let count = 0; count < 20; count++) {
        const { orders } = rig;
        contract.openOrders(rig.wire, rig.gateway, true);
        if (orders.isClosing) orders.listener.onClose("closed by this host");
        rig.wire.pass(120e9);
        if (rig.notices.some((text) => text.startsWith("error "))) break;
      }
      assert.match(rig.notices.find((text) => text.startsWith("error ")) ?? "", /key/i);
      const tries = rig.wire.connections.filter(({ url }) => url.startsWith(contract.ordersUrl)).length;
      rig.wire.pass(SESSION_NS);
      assert.equal(
        rig.wire.connections.filter(({ url }) => url.startsWith(contract.ordersUrl)).length,
        tries,
        "no further try",
      );
      assert.ok(!rig.lines.some(([line, isUp]) => line === ORDERS && isUp));
    },
  );

  if (contract.hasSnapshots)
    named(
      "GATEWAY: a snapshot is asked for once while it is under way, and comes as a frame of the lane's instrument",
      () => {
        const rig = Rig.open(contract);
        rig.gateway.requestSnapshot(FIRST_INSTRUMENT + 1);
        rig.gateway.requestSnapshot(FIRST_INSTRUMENT + 1);
        assert.equal(rig.wire.gets.length, 1);
        assert.ok(rig.wire.gets[0]?.url.includes(contract.symbols[1]));
        rig.frames.length = 0;
        rig.wire.gets[0]?.answer(200, "snapshot");
        assert.deepEqual(rig.frames, [[REST, FIRST_INSTRUMENT + 1, "snapshot"]]);
        assert.throws(() => rig.gateway.requestSnapshot(0), /no instrument number 0/);
      },
    );

  named("GATEWAY: after the end nothing is told, sent or tried", () => {
    const rig = Rig.open(contract);
    const sockets = rig.wire.connections.length;
    const [market, orders] = [rig.market, rig.orders];
    rig.gateway.stop();
    const [lines, frames] = [rig.lines.length, rig.frames.length];
    market.message("late");
    orders.message("late");
    for (const socket of [market, orders]) socket.listener.onClose("closed");
    rig.gateway.resubscribe(Channel.MARKET);
    rig.wire.pass(SESSION_NS);
    assert.equal(rig.gateway.sendOrder(Buffer.from("x"), 0, 1), false);
    assert.deepEqual(
      [rig.lines.length, rig.frames.length, rig.wire.connections.length],
      [lines, frames, sockets],
    );
  });
}

/** A gateway on a wire that a test moves, and what it told. */
class Rig {
  readonly wire = new ScriptedWire();
  readonly frames: (readonly [line: number, instrumentIndex: number, text: string])[] = [];
  readonly lines: (readonly [line: number, isUp: boolean])[] = [];
  readonly notices: string[] = [];
  readonly gateway: Gateway;
  private readonly contract: GatewayContract;

  constructor(contract: GatewayContract) {
    this.contract = contract;
    const instruments = contract.symbols.map((symbol, index) => ({
      instrumentIndex: FIRST_INSTRUMENT + index,
      symbol,
    }));
    this.gateway = contract.create(
      this.wire,
      { venueIndex: VENUE_INDEX, instruments },
      {
        onFrame: (line, instrumentIndex, bytes, length) =>
          this.frames.push([line, instrumentIndex, Buffer.from(bytes).toString("utf8", 0, length)]),
        onLine: (line, isUp) => this.lines.push([line, isUp]),
        onSecondHalf: () => false,
        onNotice: (level, text) => this.notices.push(`${level} ${text}`),
      },
    );
  }

  /** Started, and both lines up. */
  static open(contract: GatewayContract): Rig {
    const rig = new Rig(contract);
    rig.gateway.start();
    rig.open();
    return rig;
  }

  open(): void {
    this.answer(MARKET);
    this.answer(ORDERS);
  }

  answer(line: number): void {
    if (line === MARKET) this.contract.openMarket(this.wire, this.gateway);
    else this.contract.openOrders(this.wire, this.gateway, false);
  }

  socketOf(line: number): ScriptedConnection {
    return line === MARKET ? this.market : this.orders;
  }

  get market(): ScriptedConnection {
    return this.wire.to(this.contract.marketUrl);
  }

  get orders(): ScriptedConnection {
    return this.wire.to(this.contract.ordersUrl);
  }
}
