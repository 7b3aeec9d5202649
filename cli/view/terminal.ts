const ESCAPE = "\u001B[";
/** Alternate screen, cursor hidden, no line wrap; and the reverse. */
const ENTER = `${ESCAPE}?1049h${ESCAPE}?25l${ESCAPE}?7l`;
const LEAVE = `${ESCAPE}?7h${ESCAPE}?25h${ESCAPE}?1049l`;
/** Terminals that know it show the frame at once, others ignore it. */
const FRAME_BEGIN = `${ESCAPE}?2026h${ESCAPE}H`;
const FRAME_END = `${ESCAPE}?2026l`;
/** Lines are as wide as the screen: to erase after them would erase their last column, where the cursor then stands. */
const LINE_END = "\r\n";
const WIDTH_ASSUMED = 100;
const HEIGHT_ASSUMED = 30;

/** A full-screen terminal that is given back as it was, on every way out of the process but SIGKILL. */
export class Terminal {
  private readonly stream: NodeJS.WriteStream;
  private readonly restore = (): void => {
    this.leave();
  };
  private isEntered = false;

  constructor(stream: NodeJS.WriteStream) {
    this.stream = stream;
  }

  get width(): number {
    return this.stream.columns > 0 ? this.stream.columns : WIDTH_ASSUMED;
  }

  get height(): number {
    return this.stream.rows > 0 ? this.stream.rows : HEIGHT_ASSUMED;
  }

  enter(): void {
    if (this.isEntered) return;
    this.isEntered = true;
    process.on("exit", this.restore);
    // Before the error is printed: on the alternate screen nobody would see it.
    process.on("uncaughtExceptionMonitor", this.restore);
    this.stream.write(ENTER);
  }

  /** Shows lines from the top, each exactly as wide as the screen and as many as it is high. */
  show(lines: readonly string[]): void {
    if (!this.isEntered) return;
    this.stream.write(`${FRAME_BEGIN}${lines.join(LINE_END)}${FRAME_END}`);
  }

  leave(): void {
    if (!this.isEntered) return;
    this.isEntered = false;
    process.off("exit", this.restore);
    process.off("uncaughtExceptionMonitor", this.restore);
    this.stream.write(LEAVE);
  }
}
