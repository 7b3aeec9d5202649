import type { PluginSlot, PluginWorker, StartWorker, WorkerInput } from "../../host/engine/index.ts";
import { openWorker } from "../../host/engine/index.ts";
import type { Thread } from "../../host/platform/threads/index.ts";

interface LocalThread {
  readonly input: WorkerInput;
  readonly worker: PluginWorker;
  readonly end: (error?: Error) => void;
  isAlive: boolean;
  /** Set: what is posted to it does not arrive. */
  lose: boolean;
}

/** Stands in for the threads of plugins: their workers run here, when a test pumps them. */
export class LocalThreads {
  /** All that were started, in their order. */
  readonly threads: LocalThread[] = [];
  wakes = 0;
  /** Set: no thread can be had. */
  refusal: Error | null = null;

  readonly start: StartWorker = (input, wake) => {
    if (this.refusal !== null) throw this.refusal;
    const posted: unknown[] = [];
    const worker = openWorker(
      input,
      () => {
        this.wakes += 1;
        if (this.isWaking) wake();
      },
      () => posted.shift(),
    );
    let settle: { resolve: () => void; reject: (error: Error) => void } | null = null;
    const ended = new Promise<void>((resolve, reject) => {
      settle = { resolve, reject };
    });
    ended.catch(() => undefined);
    const thread: LocalThread = {
      input,
      worker,
      isAlive: true,
      lose: false,
      end: (error) => {
        thread.isAlive = false;
        if (error === undefined) settle?.resolve();
        else settle?.reject(error);
      },
    };
    this.threads.push(thread);
    const handle: Thread = {
      ready: Promise.resolve(),
      ended,
      post: (value) => {
        if (!thread.lose) posted.push(value);
      },
      terminate: () => {
        thread.end();
        return Promise.resolve();
      },
    };
    return handle;
  };

  private readonly isWaking: boolean;

  /** `isWaking`: whether a worker's message is delivered, at once. */
  constructor(isWaking = false) {
    this.isWaking = isWaking;
  }

  /** Lets every thread that is alive handle what it finds. Returns how many records that were. */
  pump(): number {
    let taken = 0;
    for (const { worker, isAlive } of this.threads) if (isAlive) taken += worker.pump();
    return taken;
  }

  /** The thread of a slot that was started last. */
  last(name: string): LocalThread {
    const thread = this.threads.findLast(({ input }) => input.name === name);
    if (thread === undefined) throw new Error(`no thread of ${name} was started`);
    return thread;
  }

  /** Where a plugin runs now. */
  slot(name: string): PluginSlot {
    return this.last(name).worker.slot;
  }
}

/** Lets what was promised be seen. */
export function turn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
