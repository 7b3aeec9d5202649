/** Exit status of a process that a second Ctrl-C ended. */
const INTERRUPTED = 130;

export type StopReason = "interrupt" | "terminate" | "duration" | "end of recording" | "failure";

/**
 * Waits for the first reason to stop. The first Ctrl-C or SIGTERM asks for a clean end; a second ends the process at once: whoever presses
 * twice does not want to wait for the venue.
 */
export class StopRequest {
  readonly reason: Promise<StopReason>;
  private resolve: (reason: StopReason) => void = () => undefined;
  private isAsked = false;
  private readonly handlers: readonly (readonly [NodeJS.Signals, () => void])[];

  constructor() {
    this.reason = new Promise((resolve) => {
      this.resolve = resolve;
    });
    this.handlers = [
      ["SIGINT", (): void => this.signalled("interrupt")],
      ["SIGTERM", (): void => this.signalled("terminate")],
      ["SIGHUP", (): void => this.signalled("terminate")],
    ];
    for (const [signal, handler] of this.handlers) process.on(signal, handler);
  }

  ask(reason: StopReason): void {
    this.isAsked = true;
    this.resolve(reason);
  }

  /** Signals have their usual meaning again. */
  release(): void {
    for (const [signal, handler] of this.handlers) process.off(signal, handler);
  }

  private signalled(reason: StopReason): void {
    if (this.isAsked) process.exit(INTERRUPTED);
    this.ask(reason);
  }
}
