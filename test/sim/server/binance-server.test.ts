import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import type { TestContext } from "node:test";
import { gzipSync } from "node:zlib";
import { readRecording } from "../../../sim/server/index.ts";
import type { RecordingProgress } from "../../../sim/server/index.ts";
import { LocalBook } from "../binance/local-book.ts";
import { signSocket } from "../binance/venue-driver.ts";
import { openSockets } from "./socket-driver.ts";
import type { SocketDriver } from "./socket-driver.ts";

const DATA = process.env["SANDPIT_DATA"] ?? "../shared/data";
const FILES = ["20240808", "20240809"].map((day) => join(DATA, `binance/spot-btcusdt_${day}.gz`));
const MS = 1_000_000;

const LINES = [
  `1000000000000000000 {"stream":"btcusdt@depth@100ms","data":{"e":"depthUpdate","E":1723161255208,"s":"BTCUSDT","U":10,"u":12,"b":[],"a":[]}}`,
  `1000000000010000000 {"lastUpdateId":15,"bids":[["100.00000000","2.00000000"]],"asks":[["101.00000000","3.00000000"]]}`,
  `1000000000020000000 {"stream":"btcusdt@depth@100ms","data":{"e":"depthUpdate","E":1723161255228,"s":"BTCUSDT","U":13,"u":18,"b":[["100.00000000","5.00000000"]],"a":[]}}`,
];

async function temporary(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "recording-"));
  t.after(() => rm(folder, { recursive: true }));
  return folder;
}

async function withServer(
  options: Parameters<typeof openSockets>[0],
  run: (driver: SocketDriver) => Promise<void>,
): Promise<void> {
  const driver = await openSockets(options);
  try {
    await run(driver);
  } finally {
    await driver.close();
  }
}

describe("recording files", () => {
  it("are read plain and compressed, joined by lines, with progress", async (t) => {
    const folder = await temporary(t);
    const plain = join(folder, "a");
    const packed = join(folder, "b.gz");
    await writeFile(plain, LINES.slice(0, 2).join("\n"));
    await writeFile(packed, gzipSync(LINES.slice(2).join("\n")));
    const progress: RecordingProgress[] = [];
    const recording = await readRecording([plain, packed], (step) => progress.push(step));
    assert.equal(recording.length, 3);
    assert.deepEqual(
      progress.map(({ path, filesDone, filesTotal }) => [path, filesDone, filesTotal]),
      [
        [plain, 1, 2],
        [packed, 2, 2],
      ],
    );
    await assert.rejects(
      readRecording([join(folder, "none")]),
      /none cannot be read; give plain, gzip or zstd files/,
    );
  });
});

describe("server", () => {
  it("begins a replay with the first stream and then keeps its pace", async (t) => {
    const path = join(await temporary(t), "recording");
    await writeFile(path, LINES.join("\n"));
    await withServer({ recordings: [path], speed: 4 }, async (driver) => {
      assert.match((await driver.rest("GET", "/api/v3/depth?symbol=BTCUSDT")).body, /^\{"lastUpdateId":15,/);
      assert.equal(driver.server.nowNs(), 0);
      const port = await driver.connect("/stream");
      assert.equal(driver.server.nowNs(), 0);
      port.send('{"method":"SUBSCRIBE","params":["btcusdt@depth@100ms"],"id":1}');
      assert.equal(await port.next(), '{"result":null,"id":1}');
      assert.equal(await port.next(), LINES[0]?.slice(20));
      assert.equal(await port.next(), LINES[2]?.slice(20));
      assert.ok(driver.server.nowNs() >= 21 * MS);
      assert.match((await driver.rest("GET", "/api/v3/depth?symbol=BTCUSDT")).body, /^\{"lastUpdateId":18,/);
    });
  });

  it("starts its clock for an answer that takes time, stream or not", async (t) => {
    const path = join(await temporary(t), "recording");
    await writeFile(path, LINES.join("\n"));
    for (const speed of [1, "max"] as const) {
      await withServer(
        { recordings: [path], speed, latencyIn: { fixedNs: 5 * MS, jitterNs: 0 } },
        async (driver) => {
          assert.match((await driver.rest("GET", "/api/v3/time")).body, /^\{"serverTime":/);
          assert.ok(driver.server.nowNs() >= 5 * MS);
        },
      );
    }
  });

  it("replays the whole recording at speed max to a client that keeps a book from it", async (t) => {
    if (!FILES.every((file) => existsSync(file))) {
      t.skip(`wanted ${FILES.join(" and ")}`);
      return;
    }
    await withServer({ recordings: FILES.slice(0, 1), speed: "max" }, async (driver) => {
      const api = await driver.connect("/ws-api/v3");
      const book = new LocalBook();
      const snapshot = await driver.rest("GET", "/api/v3/depth?symbol=BTCUSDT&limit=1000");
      assert.ok(book.snapshot(JSON.parse(snapshot.body) as Parameters<LocalBook["snapshot"]>[0]));
      const port = await driver.connect("/ws/btcusdt@depth@100ms");
      for (let count = 0; count < 3_451; count += 1) {
        book.diff(JSON.parse(await port.next()) as Parameters<LocalBook["diff"]>[0]);
      }
      assert.equal(book.updateId, 50_093_421_584);
      const order = { symbol: "BTCUSDT", side: "BUY", type: "MARKET", quantity: "0.01" };
      const stamp = driver.venue.clock.ms(driver.server.nowNs());
      api.send(
        JSON.stringify({
          id: 1,
          method: "order.place",
          params: signSocket("maker", { ...order, timestamp: stamp }),
        }),
      );
      assert.match(await api.next(), /"status":"FILLED"/);
    });
  });

  it("answers pings and stays silent when half open", async () => {
    await withServer({ flow: null }, async (driver) => {
      const port = await driver.connect("/ws-api/v3");
      const pong = new Promise<string>((resolve) =>
        port.socket.once("pong", (data) => resolve(data.toString("utf8"))),
      );
      port.socket.ping("hello");
      assert.equal(await pong, "hello");
      const [session] = driver.venue.sessions;
      assert.ok(session !== undefined);
      driver.venue.faults.halfOpen(session);
      let pongs = 0;
      port.socket.on("pong", () => {
        pongs += 1;
      });
      port.socket.ping("again");
      port.send('{"id":1,"method":"ping"}');
      const other = await driver.connect("/ws-api/v3");
      other.send('{"id":2,"method":"ping","params":{"returnRateLimits":false}}');
      assert.equal(await other.next(), '{"id":2,"status":200,"result":{}}');
      assert.deepEqual([pongs, port.frames.length], [0, 0]);
    });
  });

  it("[V20] breaks a connection without a close frame", async () => {
    await withServer({ flow: null }, async (driver) => {
      const port = await driver.connect("/ws-api/v3");
      const [session] = driver.venue.sessions;
      assert.ok(session !== undefined);
      driver.venue.cut(session, driver.server.nowNs());
      driver.server.pump();
      assert.equal(await port.closed(), 1006);
    });
  });

  it("[V10] survives binary, oversized and half-finished input", async () => {
    await withServer({ flow: null }, async (driver) => {
      const binary = await driver.connect("/ws-api/v3");
      binary.socket.send(Buffer.from([0xff, 0x00]));
      assert.match(await binary.next(), /"code":-1135/);
      binary.send("x".repeat(300_000));
      assert.equal(await binary.closed(), 1009);
      const big = driver.rest("POST", "/api/v3/order", { body: "x".repeat(100_000) });
      await assert.rejects(big);
      await new Promise<void>((resolve) => {
        const socket = connect(driver.server.port, "127.0.0.1", () => {
          socket.end("GET /ws HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
        });
        socket.on("error", () => {});
        socket.on("close", () => resolve());
        socket.resume();
      });
      assert.equal(driver.venue.sessions.length, 0);
      assert.equal((await driver.rest("GET", "/api/v3/ping")).body, "{}");
    });
  });

  it("refuses a speed that is none", async () => {
    for (const speed of [0, -1, NaN, Infinity])
      await assert.rejects(openSockets({ speed }), /must be a number above 0/);
  });
});
