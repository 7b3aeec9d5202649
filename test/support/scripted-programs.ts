import type { Frame } from "../../host/execution/signer/signer-frame.ts";
import { encodeFrame, FrameKind, FrameReader } from "../../host/execution/signer/signer-frame.ts";
import type {
  ResidentLimits,
  ResidentListener,
  ResidentProgram,
  ResidentPrograms,
} from "../../host/platform/processes/index.ts";

/** A program that does what a test says. */
export class ScriptedProgram implements ResidentProgram {
  readonly pid = 4711;
  readonly limits: ResidentLimits;
  readonly heard: Frame[] = [];
  isKilled = false;
  /** False: as when it does not read. */
  takes = true;
  private readonly listener: ResidentListener;
  private readonly reader = new FrameReader();

  constructor(limits: ResidentLimits, listener: ResidentListener) {
    this.limits = limits;
    this.listener = listener;
  }

  send(bytes: Uint8Array): boolean {
    if (!this.takes || this.isKilled) return false;
    this.heard.push(...this.reader.push(bytes));
    return true;
  }

  kill(): void {
    this.isKilled = true;
  }

  say(kind: FrameKind, id: number, body: unknown): void {
    this.listener.onBytes(encodeFrame({ kind, id, body }));
  }

  sayBytes(bytes: Uint8Array): void {
    this.listener.onBytes(bytes);
  }

  ready(): void {
    const keys = [{ venue: "binance", algorithm: "Ed25519", fingerprint: "0123456789abcdef" }];
    this.say(FrameKind.READY, 0, { keys });
  }

  /** Answers the request that it heard last. */
  sign(text: string): void {
    this.say(FrameKind.SIGNED, this.heard.at(-1)?.id ?? 0, { text });
  }

  end(reason: string): void {
    this.listener.onEnd(reason);
  }
}

/** Programs in this process, the one that was started last at hand. */
export class ScriptedPrograms implements ResidentPrograms {
  readonly started: ScriptedProgram[] = [];

  start(_entry: URL, limits: ResidentLimits, listener: ResidentListener): ResidentProgram {
    const program = new ScriptedProgram(limits, listener);
    this.started.push(program);
    return program;
  }

  get last(): ScriptedProgram {
    const program = this.started.at(-1);
    if (program === undefined) throw new Error("nothing was started yet");
    return program;
  }
}
