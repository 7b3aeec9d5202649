import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { destination, pino } from "pino";
import type { Logger } from "pino";

const NOTICES_KEPT = 12;

export type NoticeLevel = "info" | "warn" | "error";

export interface Notice {
  readonly timeMs: number;
  readonly level: NoticeLevel;
  readonly text: string;
}

/** The program's log, as lines of JSON in a file or on standard error, and its last lines for the view. */
export class NoticeLog {
  readonly last: Notice[] = [];
  private readonly logger: Logger;

  /** Without a path it writes to standard error. */
  constructor(path: string | null) {
    if (path !== null) mkdirSync(dirname(path), { recursive: true });
    this.logger = pino(
      { base: null, timestamp: pino.stdTimeFunctions.isoTime },
      path === null ? destination(2) : destination({ dest: path, sync: false }),
    );
  }

  write(level: NoticeLevel, text: string): void {
    this.logger[level](text);
    this.last.push({ timeMs: Date.now(), level, text });
    if (this.last.length > NOTICES_KEPT) this.last.shift();
  }

  /** Resolves when everything written is with the operating system. */
  flush(): Promise<void> {
    return new Promise((resolve) => {
      this.logger.flush(() => {
        resolve();
      });
    });
  }
}
