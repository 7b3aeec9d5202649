import { setTimeout } from "node:timers/promises";
import type { Configuration } from "../../host/control/configuration-shape.ts";
import type { SignerClient } from "../../host/execution/signer/index.ts";
import type { RunningHost, SessionEnd } from "../../host/main.ts";
import { startHost } from "../../host/main.ts";
import { NodeDisk } from "../../host/platform/disk/index.ts";
import { LoopbackHttp, SocketApi } from "../../host/platform/http/index.ts";
import type { Clock, Timers } from "../../host/platform/index.ts";
import { JobThreads } from "../../host/platform/threads/index.ts";
import { SocketWire, SystemClock, SystemRandom } from "../../host/platform/index.ts";
import type { ControlAccess } from "../control/control-access.ts";
import { SessionDisplay } from "../view/session-display.ts";
import { startSigner } from "./live-signer.ts";
import type { NoticeLog } from "./notice-log.ts";
import type { StopReason, StopRequest } from "./stop-request.ts";
import { venueWires } from "./venue-wires.ts";

/** How long the end waits for the venue to confirm the last cancels. */
const DRAIN_MAX_NS = 5e9;
const LOOK_EVERY_MS = 50;
/** A minute: that an order of an earlier start never reached its venue is proven 16 s after this start at the earliest. */
const ARM_LOOKS = 1_200;

export interface LiveRequest {
  readonly configuration: Configuration;
  readonly modules: ReadonlyMap<string, Uint8Array>;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly log: NoticeLog;
  readonly stop: StopRequest;
  readonly isFullScreen: boolean;
  /** Leaves the API's address where the command line finds it; null: who knows it, names it. */
  readonly access: ControlAccess | null;
  /** Who lets it trade, and why; nobody: it stays halted. */
  readonly person: string | null;
  readonly armReason: string;
  /** Infinity: until somebody stops it. */
  readonly durationSeconds: number;
  /** True when no further market data will come. */
  readonly isOver: () => boolean;
  /** See HostOptions.isNewAccount. */
  readonly isNewAccount?: boolean;
}

export interface LiveResult {
  readonly host: RunningHost;
  readonly end: SessionEnd;
  readonly reason: StopReason;
}

type Notice = (level: "info" | "warn" | "error", text: string) => void;

/** Runs a signer and a host on real sockets until something asks the host to stop, and stops both in order. */
export async function runLive(request: LiveRequest): Promise<LiveResult> {
  const { configuration, log } = request;
  const onNotice: Notice = (level, text) => {
    log.write(level, text);
  };
  const signer = await startSigner(configuration, onNotice);
  try {
    return await runHost(request, signer, onNotice);
  } finally {
    signer.stop();
  }
}

async function runHost(request: LiveRequest, signer: SignerClient, onNotice: Notice): Promise<LiveResult> {
  const { configuration, log, stop, clock, timers } = request;
  const ports = {
    disk: new NodeDisk(),
    clock,
    stopwatch: new SystemClock(),
    timers,
    random: new SystemRandom(),
    wire: new SocketWire(),
    wires: venueWires(configuration),
    http: new LoopbackHttp(),
    api: new SocketApi(),
    jobs: new JobThreads(),
  };
  const host = await startHost(configuration, ports, {
    modules: request.modules,
    signers: new Map(configuration.venues.map(({ name }) => [name, signer.venueSigner(name)])),
    signerState: signer,
    isNewAccount: request.isNewAccount ?? false,
    onNotice,
  });
  const address = `http://127.0.0.1:${host.httpPort}`;
  onNotice(
    "info",
    `session ${host.epoch} of account ${configuration.account}; journal ${host.recovery.verdict}, ${host.recovery.sequence} records before`,
  );
  if (host.recovery.sequence > 0 && request.isNewAccount === true)
    onNotice(
      "info",
      "the account is simulated anew: positions of earlier sessions in this journal are not carried over",
    );
  if (host.session.openOrders > 0)
    onNotice(
      "warn",
      `${host.session.openOrders} orders of earlier sessions have no proven end; the venue is asked`,
    );
  onNotice("info", `health and metrics at ${address}/healthz and ${address}/metrics`);
  const { access } = request;
  access?.announce(host.controlUrl);
  const token = access === null ? "" : `, token in ${access.tokenPath}`;
  onNotice("info", `control API at ${host.controlUrl}${token}`);
  const display = new SessionDisplay(
    host,
    { account: configuration.account, environment: configuration.environment, address },
    log,
    request.isFullScreen,
  );
  const watch = watchFor(request);
  try {
    display.start();
    if (request.person !== null) await arm(host, request.person, request);
    const reason = await stop.reason;
    onNotice("info", `stopping (${reason}): canceling ${host.session.openOrders} open orders`);
    const end = await host.stop(DRAIN_MAX_NS);
    return { host, end, reason };
  } finally {
    clearInterval(watch);
    display.stop();
  }
}

/** Lets the host trade once it may: the venue's rules are asked for at the start. Says why not where they do not come in time, or where a person has to look first. */
async function arm(host: RunningHost, person: string, { armReason, log }: LiveRequest): Promise<void> {
  const looksMax = (host.session.restarts?.refusal ?? null) === null ? ARM_LOOKS : 0;
  for (let looks = 0; host.armRefusal !== null && looks < looksMax; looks++) await setTimeout(LOOK_EVERY_MS);
  if (host.armRefusal === null) host.arm(person, armReason);
  else log.write("error", `not armed: ${host.armRefusal}`);
}

/** Asks for the end when the time is over, or the market. */
function watchFor({ durationSeconds, isOver, stop }: LiveRequest): NodeJS.Timeout {
  const endMs = performance.now() + durationSeconds * 1000;
  return setInterval(() => {
    if (performance.now() >= endMs) stop.ask("duration");
    else if (isOver()) stop.ask("end of recording");
  }, LOOK_EVERY_MS);
}
