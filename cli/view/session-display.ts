import type { SessionView } from "../../host/control/session-view.ts";
import { duration } from "../console/duration.ts";
import type { NoticeLog } from "../live/notice-log.ts";
import { clockText, layOut } from "./screen.ts";
import { snapshotOf } from "./session-snapshot.ts";
import type { SessionSnapshot } from "./session-snapshot.ts";
import { coloured, plain } from "./style.ts";
import { Terminal } from "./terminal.ts";

const REDRAW_MS = 200;
const PROGRESS_MS = 2000;
const MS_PER_SECOND = 1000;
/** The rate is the mean of the last second, so that it can be read. */
const RATE_SAMPLES = 5;

export interface DisplayFacts {
  readonly account: string;
  readonly environment: string;
  readonly address: string;
}

/** Shows a running session: on a terminal a full-screen view, elsewhere a line every two seconds. */
export class SessionDisplay {
  private readonly view: SessionView;
  private readonly facts: DisplayFacts;
  private readonly log: NoticeLog;
  private readonly terminal: Terminal | null;
  private readonly samples: { readonly timeMs: number; readonly events: number }[] = [];
  private timer: NodeJS.Timeout | null = null;

  constructor(view: SessionView, facts: DisplayFacts, log: NoticeLog, isFullScreen: boolean) {
    this.view = view;
    this.facts = facts;
    this.log = log;
    this.terminal = isFullScreen ? new Terminal(process.stdout) : null;
  }

  start(): void {
    this.terminal?.enter();
    const draw = (): void => {
      this.draw();
    };
    this.timer = setInterval(draw, this.terminal === null ? PROGRESS_MS : REDRAW_MS);
    if (this.terminal !== null) draw();
  }

  /** Gives the terminal back. May be repeated. */
  stop(): void {
    if (this.timer !== null) clearInterval(this.timer);
    this.timer = null;
    this.terminal?.leave();
  }

  private draw(): void {
    const snapshot = snapshotOf(this.view, this.facts);
    const eventsPerSecond = this.rate(snapshot.events);
    const { terminal } = this;
    if (terminal === null) {
      process.stdout.write(`${progressLine(snapshot, eventsPerSecond)}\n`);
      return;
    }
    const paint = isColourWanted() ? coloured : plain;
    terminal.show(
      layOut(
        { snapshot, notices: this.log.last, eventsPerSecond, address: this.facts.address },
        paint,
        terminal.width,
        terminal.height,
      ),
    );
  }

  private rate(events: number): number {
    const now = { timeMs: performance.now(), events };
    this.samples.push(now);
    if (this.samples.length > RATE_SAMPLES + 1) this.samples.shift();
    const [oldest = now] = this.samples;
    const elapsedMs = now.timeMs - oldest.timeMs;
    return elapsedMs > 0 ? ((events - oldest.events) / elapsedMs) * MS_PER_SECOND : 0;
  }
}

/** As no-color.org asks of programs: a NO_COLOR that is set and not empty switches colours off. */
function isColourWanted(): boolean {
  const { NO_COLOR: noColor, TERM: term } = process.env;
  return (noColor === undefined || noColor === "") && term !== "dumb";
}

function progressLine(snapshot: SessionSnapshot, eventsPerSecond: number): string {
  const { counts, accountRow, latency, health } = snapshot;
  return [
    clockText(snapshot.elapsedSeconds),
    health.mode,
    `${snapshot.events.toLocaleString("en-US")} events (${Math.round(eventsPerSecond)}/s)`,
    `orders ${counts.sent} (open ${counts.open})`,
    `fills ${snapshot.fills}`,
    `position ${accountRow.position}`,
    `P&L ${Number(accountRow.realised).toFixed(2)} + ${Number(accountRow.unrealised).toFixed(2)}`,
    `tick to order p99 ${duration(latency.p99)}`,
  ].join("  ");
}
