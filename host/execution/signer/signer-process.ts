import { pathToFileURL } from "node:url";
import type { CancelTimer, Random, Timers } from "../../platform/index.ts";
import type { ResidentLimits, ResidentProgram, ResidentPrograms } from "../../platform/processes/index.ts";
import { BackOff } from "../gateways/index.ts";
import { isSignerCode, SignerError } from "./signer-error.ts";
import type { Frame } from "./signer-frame.ts";
import { encodeFrame, FrameKind, FrameReader } from "./signer-frame.ts";
import type { HeldKeyFacts, Hello } from "./signer-message.ts";
import { readySchema, refusedSchema } from "./signer-message.ts";

const ENTRY = new URL("./process/signer-program.ts", import.meta.url);
/** Not the whole project, where journals and other keys may lie. */
const READABLE = ["host/", "node_modules/", "package.json"].map(
  (name) => new URL(`../../../${name}`, import.meta.url),
);
const HEAP_MIB = 64;
/** A process starts in 0.3 s, more on a busy machine; a command for a key has 10 s. */
const START_MAX_NS = 30e9;
/** One that was up for this long had no fault of its start: the next loss is met with a short wait again. */
const UP_LONG_NS = 10e9;

export interface SignerProcessPorts {
  readonly programs: ResidentPrograms;
  readonly timers: Timers;
  readonly random: Random;
}

export interface SignerProcessListener {
  onReady(keys: readonly HeldKeyFacts[]): void;
  /** SIGNED or REFUSED, for a request. */
  onAnswer(frame: Frame): void;
  /** It is gone, or could not be started. Another attempt follows in `waitNs`. */
  onDown(error: SignerError, waitNs: number): void;
}

/**
 * The signer as a process that is kept up.
 *
 * | state    | start    | READY | REFUSED, overdue | ended   | due      | stop    |
 * |----------|----------|-------|------------------|---------|----------|---------|
 * | IDLE     | STARTING | -     | -                | -       | -        | STOPPED |
 * | STARTING | -        | READY | WAITING, kill    | WAITING | -        | STOPPED |
 * | READY    | -        | kill  | (an answer)      | WAITING | -        | STOPPED |
 * | WAITING  | -        | -     | -                | -       | STARTING | STOPPED |
 *
 * While it is not READY nothing is signed: this process has no key to do it with.
 */
export class SignerProcess {
  readonly #hello: Hello;
  readonly #ports: SignerProcessPorts;
  readonly #listener: SignerProcessListener;
  readonly #backOff: BackOff;
  #state: "IDLE" | "STARTING" | "READY" | "WAITING" | "STOPPED" = "IDLE";
  #program: ResidentProgram | null = null;
  #attempt = 0;
  #cancelTimer: CancelTimer | null = null;

  constructor(hello: Hello, ports: SignerProcessPorts, listener: SignerProcessListener) {
    this.#hello = hello;
    this.#ports = ports;
    this.#listener = listener;
    this.#backOff = new BackOff(ports.random);
  }

  get isReady(): boolean {
    return this.#state === "READY";
  }

  /** For tests and logs. */
  get pid(): number | undefined {
    return this.#program?.pid;
  }

  start(): void {
    if (this.#state !== "IDLE") throw new Error("signer: started twice");
    this.#begin();
  }

  /** False when it is not ready, or does not read. */
  send(frame: Frame): boolean {
    return this.#state === "READY" && this.#program?.send(encodeFrame(frame)) === true;
  }

  stop(): void {
    this.#state = "STOPPED";
    this.#cancelTimer?.();
    this.#program?.kill();
  }

  #begin(): void {
    this.#state = "STARTING";
    this.#attempt += 1;
    const attempt = this.#attempt;
    const isCurrent = (): boolean => attempt === this.#attempt && this.#state !== "STOPPED";
    const reader = new FrameReader();
    this.#program = this.#ports.programs.start(ENTRY, limitsOf(this.#hello), {
      onBytes: (bytes) => {
        if (isCurrent()) this.#read(reader, bytes, isCurrent);
      },
      onEnd: (reason) => {
        if (isCurrent()) this.#lost(new SignerError("SANDPIT_SIGNER_DOWN", `the signer ended: ${reason}`));
      },
    });
    this.#program.send(encodeFrame({ kind: FrameKind.HELLO, id: 0, body: this.#hello }));
    this.#cancelTimer = this.#ports.timers.after(START_MAX_NS, () => {
      this.#lost(
        new SignerError("SANDPIT_SIGNER_OVERDUE", `the signer was not ready within ${START_MAX_NS / 1e9} s`),
      );
    });
  }

  #read(reader: FrameReader, bytes: Uint8Array, isCurrent: () => boolean): void {
    try {
      for (const frame of reader.push(bytes)) if (isCurrent()) this.#take(frame);
    } catch (error) {
      if (!(error instanceof SignerError)) throw error;
      this.#lost(new SignerError("SANDPIT_SIGNER_ANSWER_INVALID", error.message));
    }
  }

  #take(frame: Frame): void {
    if (this.#state === "READY" && frame.kind !== FrameKind.READY) {
      this.#listener.onAnswer(frame);
      return;
    }
    const ready = frame.kind === FrameKind.READY ? readySchema.safeParse(frame.body).data : undefined;
    if (this.#state !== "STARTING" || ready === undefined) {
      this.#lost(refusalIn(frame));
      return;
    }
    this.#state = "READY";
    this.#cancelTimer?.();
    this.#cancelTimer = this.#ports.timers.after(UP_LONG_NS, () => this.#backOff.reset());
    this.#listener.onReady(ready.keys);
  }

  #lost(error: SignerError): void {
    this.#attempt += 1;
    this.#cancelTimer?.();
    this.#program?.kill();
    this.#program = null;
    this.#state = "WAITING";
    const waitNs = this.#backOff.next();
    this.#cancelTimer = this.#ports.timers.after(waitNs, () => this.#begin());
    this.#listener.onDown(error, waitNs);
  }
}

/** What a signer says that does not start. */
export function refusalIn({ kind, body }: Frame): SignerError {
  const refused = kind === FrameKind.REFUSED ? refusedSchema.safeParse(body).data : undefined;
  if (refused === undefined || !isSignerCode(refused.code))
    return new SignerError(
      "SANDPIT_SIGNER_ANSWER_INVALID",
      "the signer answered what is no answer; run host and signer from the same version of this project",
    );
  return new SignerError(refused.code, refused.text);
}

function limitsOf({ keys, auditFile }: Hello): ResidentLimits {
  const sources = keys.map(({ key }) => key.from);
  return {
    heapMiB: HEAP_MIB,
    readable: [...READABLE, ...sources.flatMap((from) => ("file" in from ? [pathToFileURL(from.file)] : []))],
    writable: [pathToFileURL(auditFile)],
    startsProcesses: sources.some((from) => "command" in from),
    moved: sources.flatMap((from) => ("environment" in from ? [from.environment] : [])),
    copied: sources.flatMap((from) => ("command" in from ? (from.passes ?? []) : [])),
  };
}
