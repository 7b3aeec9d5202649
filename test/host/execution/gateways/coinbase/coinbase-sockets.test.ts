import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { KeyTokens } from "../../../../../cli/simulation/key-tokens.ts";
import { TradingSession } from "../../../../../host/control/trading-session.ts";
import { OrdStatus, OrderType, TimeInForce } from "../../../../../abi/host/index.ts";
import { BookSide } from "../../../../../host/data/books/index.ts";
import { Channel, CoinbaseGateway } from "../../../../../host/execution/gateways/index.ts";
import { rearmOrder, TradingMode } from "../../../../../host/execution/risk/index.ts";
import { buildLane } from "../../../../../host/lane/index.ts";
import { SocketWire, SystemClock, SystemRandom, SystemTimers } from "../../../../../host/platform/index.ts";
import { startCoinbaseServer } from "../../../../../sim/server/index.ts";
import type { CoinbaseServer } from "../../../../../sim/server/index.ts";
import { pluginBytes } from "../../../../../tools/plugin-kit/index.ts";
import { keyName, privatePem, TRADER } from "../../../../sim/coinbase/keys.ts";
import { TEST_MARKET } from "../../../../sim/coinbase/venue-driver.ts";
import { levelsOf } from "../../../../support/book-under-test.ts";
import { coinbaseConfiguration } from "../../../../support/coinbase-session.ts";
import { cancelIntent, intent } from "../../../../support/lane-under-test.ts";
import { order, puppetModules } from "../../../../support/puppet-plugins.ts";
import { ScriptedJournal } from "../../../../support/scripted-journal.ts";

const DOLLAR = 1e8;
/** Long enough for a loaded machine; reached only when something is broken. */
const PATIENCE_MS = 20_000;
const TIMER = 50;

let server: CoinbaseServer;
before(async () => {
  server = await startCoinbaseServer({ ...TEST_MARKET, flow: true });
});
after(() => server.close());

async function until(what: string, holds: () => boolean): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS;
  while (!holds()) {
    if (Date.now() > deadline) assert.fail(`${what}: not within ${PATIENCE_MS} ms`);
    await new Promise((resolve) => {
      setTimeout(resolve, 20);
    });
  }
}

/** A host over real sockets: the puppets' lane, the session, the gateway. */
async function openHost() {
  const modules = new Map(await puppetModules());
  modules.set("coinbase", await pluginBytes("coinbase"));
  const [clock, timers] = [new SystemClock(), new SystemTimers()];
  const built = buildLane(coinbaseConfiguration(7, clock.wallMs()), modules, new ScriptedJournal());
  const notices: string[] = [];
  const onNotice = (level: string, text: string): void => void notices.push(`${level}: ${text}`);
  const session = new TradingSession({ built, clock, stopwatch: clock, timers, onNotice });
  const { marketData, user, rest } = server.urls;
  const gateway = new CoinbaseGateway(
    {
      addresses: { marketUrl: marketData, userUrl: user, restUrl: rest },
      venueIndex: 0,
      instruments: ["BTC-USD", "ETH-USD"].map((symbol, instrumentIndex) => ({ instrumentIndex, symbol })),
      signer: new KeyTokens(keyName("trader"), privatePem("trader"), () => clock.wallMs()),
    },
    { wire: new SocketWire(), timers, clock, random: new SystemRandom() },
    session,
  );
  session.start([gateway]);
  return { built, session, notices };
}

test("[V18] a certificate of an authority that this machine does not trust is refused: no line comes up, no request leaves", async () => {
  const { session, notices } = await openHost();
  await until("a refusal is told", () =>
    notices.some((text) => /certificate|self.signed|issuer/i.test(text)),
  );
  await until("one of a request too", () => notices.some((text) => text.includes("no connection")));
  assert.deepEqual([session.lineUp[Channel.MARKET], session.lineUp[Channel.ORDERS]], [0, 0]);
  assert.equal(server.venue.sessions.length, 0);
  session.stop();
});

test("over TLS sockets the books are the venue's and orders are accepted, filled and cancelled, as the venue says", async () => {
  setDefaultCACertificates([...getCACertificates("default"), server.caPem]);
  const { built, session, notices } = await openHost();
  const isUp = (): boolean => session.lineUp[Channel.MARKET] === 1 && session.lineUp[Channel.ORDERS] === 1;
  await until(`both lines are up (${notices.join("; ")})`, isUp);
  const { feeds } = built.lane.parts.market;
  await until("both books are valid", () => feeds.every((feed) => feed.isValid));
  await until("the best bids are the venue's", () =>
    ["BTC-USD", "ETH-USD"].every((product, index) => {
      const feed = feeds[index];
      const best = feed === undefined ? undefined : levelsOf(feed.book, BookSide.BID, 1)[0];
      return best?.[0] === server.venue.product(product).market.depth(1).bids[0]?.[0];
    }),
  );
  session.rearm(TradingMode.ACTIVE, rearmOrder("a tester", "a test"));
  const one = built.slots.find(({ name }) => name === "one") ?? assert.fail();
  const { columns } = built.orders;
  const statusOf = (tag: number): number => columns.status[columns.tag.lastIndexOf(tag)] ?? 0;
  const terms = { quantity: 100_000, orderType: OrderType.LIMIT };
  const rests = intent({ ...terms, tag: 1, price: 64_000 * DOLLAR });
  const trades = intent({ ...terms, tag: 2, price: 66_000 * DOLLAR, timeInForce: TimeInForce.IOC });
  order(one, { records: [rests, trades], template: TIMER });
  await until("the one rests", () => statusOf(1) === OrdStatus.ACCEPTED);
  await until("the other is filled", () => statusOf(2) === OrdStatus.FILLED);
  order(one, { records: [cancelIntent(1)], template: TIMER });
  await until("the first is cancelled", () => statusOf(1) === OrdStatus.CANCELED);
  const statuses = server.venue.orders.newestFirst(TRADER).map(({ status }) => status);
  assert.deepEqual(statuses.toSorted(), ["CANCELLED", "FILLED"]);
  assert.equal(built.modes.instrument[0], TradingMode.ACTIVE);
  session.stop();
});
