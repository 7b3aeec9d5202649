import { fork } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { fileURLToPath } from "node:url";
import WebSocket from "ws";
import { GcPauses } from "../cli/backtest/gc-pauses.ts";
import type { Durability } from "../host/journal/index.ts";
import { LaneCounter } from "../host/lane/index.ts";
import { startMeasuredHost } from "./loopback/measured-host.ts";
import type { SpanSummary } from "./loopback/span-log.ts";
import type { StubOrder, StubWord } from "./loopback/venue-stub.ts";
import type { BenchmarkOptions, BenchmarkResult, Measure } from "./report/index.ts";

const STUB = fileURLToPath(new URL("./loopback/venue-stub.ts", import.meta.url));
const US = 1000;
/** As long as an order request: what the echo sends back costs its socket the same. */
const ECHO_BYTES = 220;
/** Two hosts of 50 s each. */
const FULL: StubOrder = { framesInTurn: 100, warmFrames: 2_500, frames: 10_000, everyMs: 4 };
const SMALL: StubOrder = { framesInTurn: 100, warmFrames: 20, frames: 100, everyMs: 10 };
const RATIO_MAX = 1.4;

/** What one host was found to take beside the echo in its process. */
interface Run {
  readonly hash: string;
  readonly measures: readonly Measure[];
  readonly counts: Readonly<Record<string, number>>;
}

/** How much longer than a bare WebSocket echo is it from a frame on the wire to its order on the wire, all in? */
export async function loopback({ isSmall }: BenchmarkOptions): Promise<BenchmarkResult> {
  const order = isSmall ? SMALL : FULL;
  // The default level first: code that is compiled for one journal meets the second later.
  const byDefault = await run("process", order, isSmall);
  const inRing = await run("ring", order, isSmall);
  if (inRing.hash !== byDefault.hash)
    throw new Error("the orders depend on how durable an intent is: nothing was measured");
  return {
    question:
      "microseconds from a frame on a loopback socket to its order on another, and to the echo of a bare `ws` client beside it",
    measures: [...byDefault.measures, ...inRing.measures],
    hash: byDefault.hash,
    input: { source: "generated", frames: order.frames, files: [] },
    counts: { ...byDefault.counts, ...inRing.counts },
    notes: [
      `a frame each ${order.everyMs} ms to the host and as often to the echo, in turn, by a process of its own that spins; both clients are in one process`,
      "from the frame's intended time; all in: socket, WebSocket, codec, book, five features, agent, ensemble, gate with four rules, codec, journal, WebSocket, socket",
      "`process` is the default: an intent is the operating system's before its order leaves; at `ring` it is in memory shared with the journal's thread",
      "the agent has one order at a time: a frame that comes while one is under way is covered by the next order, which then counts from it",
    ],
  };
}

async function run(durability: Durability, order: StubOrder, isSmall: boolean): Promise<Run> {
  const stub = fork(STUB, { execArgv: [], stdio: ["ignore", "inherit", "inherit", "ipc"] });
  try {
    return await measure(stub, durability, order, isSmall);
  } finally {
    // It spins, and would do so for ever beside whatever failed here.
    stub.kill();
  }
}

async function measure(
  stub: ChildProcess,
  durability: Durability,
  order: StubOrder,
  isSmall: boolean,
): Promise<Run> {
  const words = new StubWords(stub);
  const { port } = await words.next("port");
  const measured = await startMeasuredHost(port, durability, isSmall);
  const echo = await echoClient(port);
  const watch = new GcPauses();
  stub.send(order);
  const result = await words.next("result");
  await watch.stop();
  echo.close();
  const step = measured.host.session.latency;
  const orders = measured.host.built.lane.counters[LaneCounter.ORDERS_SENT] ?? 0;
  await measured.stop();
  return {
    hash: result.hash,
    measures: [
      ...rows(`${durability}, host`, result.host),
      ...rows(`${durability}, echo`, result.echo),
      {
        name: `${durability}, of it the step with its commit, p50`,
        value: step.percentile(0.5) / US,
        unit: "µs",
      },
      {
        name: `${durability}, host to echo, p50`,
        value: result.host.p50Ns / result.echo.p50Ns,
        unit: "times",
        atMost: RATIO_MAX,
      },
      { name: `${durability}, collector's pauses, total`, value: watch.totalMs, unit: "ms" },
      { name: `${durability}, collector's pauses, longest`, value: watch.maxMs, unit: "ms" },
    ],
    counts: {
      [`${durability}Orders`]: orders,
      [`${durability}OrderedSpans`]: result.host.count,
      [`${durability}EchoSpans`]: result.echo.count,
      [`${durability}FramesCovered`]: result.host.covered,
    },
  };
}

function rows(name: string, span: SpanSummary): Measure[] {
  return [
    { name: `${name} p50`, value: span.p50Ns / US, unit: "µs" },
    { name: `${name} p99`, value: span.p99Ns / US, unit: "µs" },
    { name: `${name} p99.9`, value: span.p999Ns / US, unit: "µs" },
    { name: `${name} max`, value: span.maxNs / US, unit: "µs" },
  ];
}

async function echoClient(port: number): Promise<WebSocket> {
  const answer = Buffer.alloc(ECHO_BYTES, "e");
  const socket = new WebSocket(`ws://127.0.0.1:${port}/echo`, {
    perMessageDeflate: false,
    skipUTF8Validation: true,
  });
  socket.on("message", () => socket.send(answer, { binary: false }));
  await new Promise<void>((resolve, reject) => {
    socket.once("open", () => resolve());
    socket.once("error", reject);
  });
  return socket;
}

/** What the stub says, in order; its end before the last word is a failure of the benchmark. */
class StubWords {
  private readonly stub: ChildProcess;

  constructor(stub: ChildProcess) {
    this.stub = stub;
  }

  next<K extends StubWord["kind"]>(kind: K): Promise<Extract<StubWord, { kind: K }>> {
    return new Promise((resolve, reject) => {
      const ended = (): void =>
        reject(new Error(`the venue's stub ended before its ${kind}; its own words are above`));
      this.stub.once("exit", ended);
      this.stub.once("message", (word) => {
        this.stub.removeListener("exit", ended);
        resolve(word as Extract<StubWord, { kind: K }>);
      });
    });
  }
}
