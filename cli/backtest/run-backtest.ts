import { laneConfigurationOf } from "../../host/control/lane-configuration-of.ts";
import type { Configuration } from "../../host/control/configuration-shape.ts";
import { openHostJournal } from "../../host/control/open-host-journal.ts";
import { replayJournal } from "../../host/control/replay.ts";
import type { SessionReplay } from "../../host/control/replay.ts";
import type { Durability, JournalIdentity } from "../../host/journal/index.ts";
import { inlinePlacements, placedNames, stateDigest } from "../../host/lane/index.ts";
import type { BuiltLane, PluginModules } from "../../host/lane/index.ts";
import type { Disk } from "../../host/platform/disk/index.ts";
import { NodeDisk } from "../../host/platform/disk/index.ts";
import { SystemClock, SystemRandom } from "../../host/platform/index.ts";
import type { LogonSigner } from "../../host/execution/gateways/index.ts";
import { CommandError } from "../console/command-error.ts";
import { Backtest } from "./backtest.ts";
import type { BacktestMarkets } from "./backtest-markets.ts";
import type { BacktestReport } from "./backtest-report.ts";
import { reportOf } from "./backtest-report.ts";
import { FillLog } from "./fill-log.ts";
import { GcPauses } from "./gc-pauses.ts";
import { measureLane } from "./lane-measurement.ts";
import { LineFile } from "./line-file.ts";
import { logTop } from "./top-log.ts";

export interface BacktestRequest {
  readonly configuration: Configuration;
  readonly modules: PluginModules;
  readonly market: BacktestMarkets;
  readonly signer: LogonSigner;
  readonly durability: Durability;
  readonly journalDirectory: string;
  readonly isJournalKept: boolean;
  readonly topFile: string | undefined;
  readonly fillFile: string | undefined;
}

/** Runs a backtest on a real journal, replays that journal, and reports. Throws CommandError when the replay differs. */
export async function runBacktest(request: BacktestRequest): Promise<BacktestReport> {
  const { configuration, market, journalDirectory, durability } = request;
  const disk = new NodeDisk();
  const identity: JournalIdentity = {
    account: configuration.account,
    environment: configuration.environment,
  };
  const options = { directory: journalDirectory, identity, durability, isSyncedInBackground: false };
  const journal = await openHostJournal(disk, options, {
    clock: new SystemClock(),
    random: new SystemRandom(),
  });
  const outputs = new Outputs(request);
  const lane = laneConfigurationOf(configuration, {
    epoch: journal.epoch,
    startWallMs: market.startWallMs,
  });
  const backtest = new Backtest({
    venues: market.venues,
    configuration: inlinePlacements(lane),
    modules: request.modules,
    journal: journal.writer,
    signer: request.signer,
    stopwatch: new SystemClock(),
    endNs: market.endNs,
    onNotice: (level, text) => process.stderr.write(`${level}: ${text}\n`),
    onStep: (built) => {
      outputs.onStep(built);
    },
  });
  const pauses = new GcPauses();
  const startMs = performance.now();
  backtest.run();
  const elapsedMs = performance.now() - startMs;
  await pauses.stop();
  outputs.close();
  await journal.release();
  process.stderr.write("replaying the journal\n");
  const stateHash = Buffer.from(stateDigest(backtest.built)).toString("hex");
  const replay = verified(disk, journalDirectory, identity, journal.epoch, {
    stateHash,
    orderHash: backtest.session.orderHash(),
  });
  const measured = measureLane(disk, journalDirectory, identity, journal.epoch);
  const facts = {
    elapsedMs,
    gcPauseMs: pauses.totalMs,
    gcCount: pauses.count,
    durability,
    stateHash,
    placedInline: placedNames(lane),
    replay,
    measured,
  };
  return reportOf(backtest, { ...facts, journal: request.isJournalKept ? journalDirectory : null });
}

/** The files that were asked for beside the report. */
class Outputs {
  private readonly top: LineFile | null;
  private readonly fills: LineFile | null;
  private fillLog: FillLog | null = null;

  constructor({ topFile, fillFile }: BacktestRequest) {
    this.top = topFile === undefined ? null : new LineFile(topFile);
    this.fills = fillFile === undefined ? null : new LineFile(fillFile);
  }

  onStep(built: BuiltLane): void {
    if (this.top !== null) logTop(built.lane, this.top);
    if (this.fills === null) return;
    this.fillLog ??= new FillLog(built, this.fills);
    this.fillLog.onStep();
  }

  close(): void {
    this.top?.close();
    this.fills?.close();
  }
}

function verified(
  disk: Disk,
  directory: string,
  identity: JournalIdentity,
  epoch: number,
  expected: { readonly stateHash: string; readonly orderHash: string },
): SessionReplay {
  const remedy =
    "the lane is not deterministic, or the journal is not what was written: report this with the journal";
  const replay = replayJournal(disk, directory, identity, epoch).at(0);
  if (replay === undefined)
    throw new CommandError(
      `the journal ${directory} does not hold the session of epoch ${epoch} that was just written`,
      remedy,
    );
  const { divergence } = replay;
  if (divergence !== null)
    throw new CommandError(
      `the replay differs from the run at record ${divergence.sequence}: ${divergence.reason}`,
      remedy,
    );
  if (replay.journalledStateHash !== expected.stateHash || replay.stateHash !== expected.stateHash) {
    throw new CommandError(
      `the replay's state hash ${replay.stateHash} differs from the run's ${expected.stateHash}`,
      remedy,
    );
  }
  if (replay.orderHash !== expected.orderHash)
    throw new CommandError(
      `the replay's order hash ${replay.orderHash} differs from the run's ${expected.orderHash}`,
      remedy,
    );
  return replay;
}
