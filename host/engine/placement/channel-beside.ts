import { EngineError } from "../engine-error.ts";
import type { LoadedPlugin } from "../loaded-plugin.ts";
import type { ShadowDifference, ShadowRun } from "../shadow-run.ts";
import { DIFFERENCES_MAX } from "../shadow-run.ts";
import { ChannelWord } from "./channel-layout.ts";

/** A plugin on the thread, by its stand-in, and where its images are kept; null where they cannot be. */
export interface Tenant {
  readonly plugin: LoadedPlugin;
  readonly images: SharedArrayBuffer | null;
}

/** How a worker's answer to MAKE and HAND_OVER is waited for. */
interface Waiting {
  readonly resolve: () => void;
  readonly reject: (error: EngineError) => void;
}

/** What the host knows of the second plugin on a thread. */
export class ChannelBeside {
  /** The candidate, being made ready or compared, or the predecessor; null where nothing is beside. */
  tenant: Tenant | null = null;
  private readonly slot: string;
  private isReady = false;
  private waiting: Waiting | null = null;
  private differences: ShadowDifference[] = [];

  constructor(slot: string) {
    this.slot = slot;
  }

  /** A candidate was ordered: settles, or rejects with EngineError, with its worker's answer, or when it is given up. */
  expect(tenant: Tenant): Promise<void> {
    this.put(tenant, false);
    return new Promise((resolve, reject) => {
      this.waiting = { resolve, reject };
    });
  }

  /** The worker's answer; `refusal` says why there will be no candidate. */
  answered(refusal: string | null): void {
    const { waiting } = this;
    if (refusal !== null) {
      this.end(refusal);
      return;
    }
    this.waiting = null;
    this.isReady = this.tenant !== null;
    waiting?.resolve();
  }

  /** Another is beside now: after a promotion the one before. */
  put(tenant: Tenant | null, isReady = true): void {
    this.tenant = tenant;
    this.isReady = isReady;
    this.differences = [];
  }

  /** Nothing is beside any more. */
  end(reason: string): void {
    const { waiting } = this;
    this.waiting = null;
    this.put(null, false);
    waiting?.reject(this.refusal(reason));
  }

  /** Whether that plugin can be shown, compared or promoted. */
  holds(plugin: LoadedPlugin): boolean {
    return this.isReady && this.tenant?.plugin === plugin;
  }

  refusal(reason: string): EngineError {
    return new EngineError(
      "SANDPIT_ENGINE_BESIDE",
      `no candidate can be made ready on the thread of ${this.slot}: ${reason}; correct it, or try again once the plugin runs`,
    );
  }

  note(difference: ShadowDifference | null): void {
    if (difference !== null && this.differences.length < DIFFERENCES_MAX) this.differences.push(difference);
  }

  /** Puts what the worker has counted and told so far where people look for it. Decides nothing. */
  read(control: Int32Array, { counts, differences }: ShadowRun): void {
    for (let index = 0; index < counts.length; index++)
      counts[index] = Atomics.load(control, ChannelWord.SHADOW_COUNTS + index) >>> 0;
    if (this.differences.length > 0) differences.push(...this.differences.splice(0));
  }
}
