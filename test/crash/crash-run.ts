import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { writePrivateKey } from "../../cli/live/private-key.ts";
import { pluginModules } from "../../cli/plugins/plugin-modules.ts";
import { simulatedKeys } from "../../cli/simulation/simulated-account.ts";
import { replayJournal } from "../../host/control/replay.ts";
import { defaultConfiguration } from "../../host/control/default-configuration.ts";
import { NodeDisk } from "../../host/platform/disk/index.ts";
import { Dice } from "../chaos/world/dice.ts";
import { freshDirectory } from "../cli/sandpit.ts";
import { CrashVenue } from "./crash-venue.ts";
import { HostProcess, prepareSources } from "./host-process.ts";
import { hasIntent, journalBytes } from "./journal-text.ts";

const START_LIMIT_MS = 120_000;
const FAILPOINT_LIMIT_MS = 60_000;
const STOP_LIMIT_MS = 60_000;
/** Bytes of a process that is gone are with the venue by then, and on the way from it for longer than anybody listens. */
const SETTLE_MS = 100;
const IDENTITY = { account: "simulated", environment: "development" } as const;

/** One death: at a named place, or this long after the first order of its life. */
export type Death = { readonly failpoint: string } | { readonly afterMs: number };

/** What one life of the host came to. */
export interface CrashLife {
  readonly life: number;
  readonly death: string;
  /** Orders that the venue took in it. */
  readonly orders: number;
  readonly fills: number;
  readonly complaints: readonly string[];
}

/** A venue that lives on, a journal on the machine's disk, and one host after the other that is killed. */
export class CrashRun {
  private readonly venue: CrashVenue;
  private readonly dice: Dice;
  private readonly folder: string = freshDirectory();
  private lives = 0;

  private constructor(venue: CrashVenue, privateKeyPem: string, seed: number) {
    this.venue = venue;
    this.dice = new Dice(seed, "crash");
    mkdirSync(this.journal, { recursive: true });
    writePrivateKey(this.keyFile, privateKeyPem);
    const access = venue.accessWith(this.keyFile);
    const configuration = defaultConfiguration(access, this.journal);
    // The breaker would keep the next life from trading; it has tests of its own.
    const restarts = { startsMax: 1_000, windowSeconds: 1 };
    writeFileSync(this.configurationFile, JSON.stringify({ ...configuration, restarts }));
  }

  static async start(seed: number): Promise<CrashRun> {
    const keys = simulatedKeys();
    const venue = await CrashVenue.start(keys.publicKeyPem, seed);
    const run = new CrashRun(venue, keys.privateKeyPem, seed);
    // Built once, here: the hosts find them as they lie.
    await pluginModules(defaultConfiguration(venue.accessWith(run.keyFile), run.journal));
    prepareSources(run.sourcesFolder);
    return run;
  }

  /** A moment under load, as the seed draws it. */
  randomDeath(): Death {
    return { afterMs: Math.round(this.dice.between(0, 1_500)) };
  }

  /** Starts a host, lets it trade, lets it die, and judges what is left. */
  async die(death: Death): Promise<CrashLife> {
    const [ordersBefore, fillsBefore] = this.counts();
    const failpoint = "failpoint" in death ? death.failpoint : null;
    const host = new HostProcess(this.configurationFile, this.sourcesFolder, failpoint);
    this.lives += 1;
    const complaints: string[] = [];
    try {
      if ("failpoint" in death)
        await host.until(`die at ${death.failpoint}`, () => false, FAILPOINT_LIMIT_MS);
      else {
        await host.until("trade", () => this.venue.record.orders.size > ordersBefore, START_LIMIT_MS);
        await sleep(death.afterMs);
        host.kill();
        await host.until("end", () => host.ending !== null, STOP_LIMIT_MS);
      }
      if (host.ending?.signal !== "SIGKILL")
        complaints.push(
          `the host ended by itself with ${host.ending?.status ?? "nothing"}: ${host.lastWords}`,
        );
    } catch (error) {
      complaints.push(error instanceof Error ? error.message : String(error));
    } finally {
      host.kill();
    }
    await sleep(SETTLE_MS);
    complaints.push(...this.judge());
    const [orders, fills] = this.counts();
    return {
      life: this.lives,
      death: failpoint ?? `${"afterMs" in death ? death.afterMs : 0} ms after the first order`,
      orders: orders - ordersBefore,
      fills: fills - fillsBefore,
      complaints,
    };
  }

  /** One more host, which is stopped in order: it must say that its books and its replay agree, and leave nothing open. */
  async lastLife(tradeMs: number): Promise<CrashLife> {
    const [ordersBefore, fillsBefore] = this.counts();
    const host = new HostProcess(this.configurationFile, this.sourcesFolder, null);
    this.lives += 1;
    const complaints: string[] = [];
    try {
      await host.until("trade", () => this.venue.record.orders.size > ordersBefore, START_LIMIT_MS);
      await sleep(tradeMs);
      host.askToStop();
      await host.until("stop", () => host.ending !== null, STOP_LIMIT_MS);
      if (host.ending?.status !== 0)
        complaints.push(`the last host ended with ${host.ending?.status}: ${host.lastWords}`);
      else complaints.push(...this.judgeSummary(host.summary as HostSummary, this.venue.record.held));
    } finally {
      host.kill();
    }
    complaints.push(...this.judge(), ...this.judgeReplay());
    const open = this.venue.record.openOrders().map(({ clientOrderId }) => clientOrderId);
    if (open.length > 0) complaints.push(`still open at the venue after the orderly end: ${open.join(", ")}`);
    const [orders, fills] = this.counts();
    return {
      life: this.lives,
      death: "stopped in order",
      orders: orders - ordersBefore,
      fills: fills - fillsBefore,
      complaints,
    };
  }

  async end(): Promise<void> {
    await this.venue.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  private get journal(): string {
    return join(this.folder, "journal");
  }

  private get sourcesFolder(): string {
    return join(this.folder, "compiled-sources");
  }

  private get keyFile(): string {
    return join(this.folder, "key.pem");
  }

  private get configurationFile(): string {
    return join(this.folder, "configuration.json");
  }

  private counts(): [number, number] {
    return [this.venue.record.orders.size, this.venue.record.fills.length];
  }

  /** [I1, I2, C6] One order an id over all lives, and none at the venue that the journal does not have. */
  private judge(): string[] {
    const written = journalBytes(this.journal);
    const { orders, doubled } = this.venue.record;
    const unwritten = [...orders.keys()].filter((clientOrderId) => !hasIntent(written, clientOrderId));
    return [
      ...[...doubled].map((clientOrderId) => `the venue took more than one order ${clientOrderId}`),
      ...unwritten.map((clientOrderId) => `the venue has ${clientOrderId}, and the journal has not`),
    ];
  }

  private judgeReplay(): string[] {
    return replayJournal(new NodeDisk(), this.journal, IDENTITY).flatMap(({ epoch, divergence }) =>
      divergence === null ? [] : [`start ${epoch}, record ${divergence.sequence}: ${divergence.reason}`],
    );
  }

  private judgeSummary(summary: HostSummary, held: number): string[] {
    const faults = summary.agreed
      ? []
      : [`the host's own summary does not agree: ${JSON.stringify(summary)}`];
    const position = Math.round(Number(summary.position) * 1e8);
    if (position !== held)
      faults.push(`the host ends with a position of ${position}, the venue with ${held}`);
    return faults;
  }
}

/** What is read of the JSON that `sandpit run` prints at its end. */
interface HostSummary {
  readonly agreed: boolean;
  readonly position: string;
}
