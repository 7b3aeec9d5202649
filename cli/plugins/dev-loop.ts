import { basename } from "node:path";
import type { PluginView } from "../../host/control/api/index.ts";
import { compilePlugin } from "../../tools/plugin-build/compile.ts";
import type { CompiledPlugin } from "../../tools/plugin-build/compile.ts";
import type { PluginSource } from "../../tools/plugin-build/plugin-source.ts";
import { readPluginSource } from "../../tools/plugin-build/plugin-source.ts";
import { CommandError } from "../console/command-error.ts";
import type { ControlClient } from "../control/control-client.ts";
import { slotOf, swapCandidate } from "./candidate-swap.ts";
import { deployInput } from "./deploy-input.ts";
import type { DevReport } from "./dev-report.ts";
import { SourceWatch } from "./source-watch.ts";

const STATUS_MS = 1_000;
/** A token may ask ten times a second for long; for the first call one looks closer. */
const LOOK_MS = 25;
const FIRST_CALL_MAX_MS = 10_000;

export interface DevParts {
  /** Of the plugin's index.ts and manifest.json. */
  readonly folder: string;
  readonly slot: string;
  /** Asked for each deployment: a host that was started again has another address and token. */
  readonly client: () => ControlClient;
  readonly report: DevReport;
  /** Each version begins with nothing, whatever the plugin in place knows. */
  readonly isFresh: boolean;
  /** One build and one deployment, and no watching. */
  readonly isOnce: boolean;
}

type Built = CompiledPlugin & { readonly source: PluginSource };

/** Builds a plugin at each save and puts it into its shadow in a running host. */
export class DevLoop {
  private readonly parts: DevParts;
  private watch: SourceWatch | null = null;
  private isEnded = false;
  /** The client of the candidate in shadow; null while there is none. */
  private shadow: ControlClient | null = null;
  private isDifferenceTold = false;

  constructor(parts: DevParts) {
    this.parts = parts;
  }

  /** Exit status: with `isOnce` 1 where the plugin did not come to its first call, else 0. */
  async run(): Promise<number> {
    const { folder, slot, report, isOnce } = this.parts;
    if (isOnce) return (await this.round(performance.now())) ? 0 : 1;
    this.watch = new SourceWatch(folder);
    report.watching(folder, slot);
    let savedMs: number | null = performance.now();
    while (!this.isEnded) {
      if (savedMs !== null) await this.round(savedMs);
      await this.tellStatus();
      savedMs = await this.watch.next(STATUS_MS);
    }
    report.ended(slot);
    return 0;
  }

  /** After what is under way. */
  end(): void {
    this.isEnded = true;
    this.watch?.close();
  }

  /** From a save to the first call in the shadow; false where it did not come to that. */
  private async round(savedMs: number): Promise<boolean> {
    const built = await this.build();
    if (built === null) return false;
    const { report, slot } = this.parts;
    this.shadow = null;
    this.isDifferenceTold = false;
    try {
      const client = this.parts.client();
      const answer = await swapCandidate(client, this.inputOf(built));
      report.deployed(answer);
      if (answer.stage !== "shadow") return true;
      const isShown = await this.firstCall(client, savedMs);
      this.shadow = client;
      if (!isShown) report.notShown(FIRST_CALL_MAX_MS / 1000);
      else if (this.parts.isOnce) this.tell(await slotOf(client, slot));
      return isShown;
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
      report.notDeployed(error.message, error.remedy);
      return false;
    }
  }

  private inputOf({ wasm, sourceMap, source }: Built): ReturnType<typeof deployInput> {
    const { kind } = source.manifest;
    return deployInput({
      slot: this.parts.slot,
      reason: "dev",
      kind,
      module: wasm,
      parameters: {},
      isFresh: this.parts.isFresh,
      sourceMap,
    });
  }

  /** The compiler's report is told, and so is a manifest that cannot be read: both are texts of an Error. */
  private async build(): Promise<Built | null> {
    const { folder, report } = this.parts;
    const startMs = performance.now();
    try {
      const source = readPluginSource(folder);
      const compiled = await compilePlugin(source);
      report.built(compiled.wasm.length, performance.now() - startMs);
      return { ...compiled, source };
    } catch (error) {
      report.notBuilt(error instanceof Error ? error.message : `${basename(folder)}: ${String(error)}`);
      return null;
    }
  }

  private async firstCall(client: ControlClient, savedMs: number): Promise<boolean> {
    const endMs = performance.now() + FIRST_CALL_MAX_MS;
    while (performance.now() < endMs && !this.isEnded) {
      const beside = (await slotOf(client, this.parts.slot))?.beside ?? null;
      if (beside !== null && beside.calls > 0) {
        this.parts.report.shown(performance.now() - savedMs);
        return true;
      }
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
    return false;
  }

  private async tellStatus(): Promise<void> {
    if (this.shadow === null || this.isEnded) return;
    try {
      this.tell(await slotOf(this.shadow, this.parts.slot));
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
      this.shadow = null;
      this.parts.report.notDeployed(error.message, error.remedy);
    }
  }

  /** A candidate that was stopped, or that somebody else took away, is told once. */
  private tell(view: PluginView | undefined): void {
    const beside = view?.beside ?? null;
    if (view === undefined || beside?.role !== "candidate") {
      this.shadow = null;
      return;
    }
    this.parts.report.status(beside);
    if (beside.fault !== null) this.shadow = null;
    if (this.isDifferenceTold || beside.differences.length === 0) return;
    this.isDifferenceTold = true;
    this.parts.report.difference(view);
  }
}
