const NS_PER_SECOND = 1e9;
const FIRST_DELAY_NS: number = NS_PER_SECOND;
const RESTARTS_MAX = 4;
const WINDOW_NS: number = 600 * NS_PER_SECOND;

/**
 * When a plugin that failed may begin again by itself: after 1, 2, 4 and 8 seconds, and after a fifth failure within ten minutes not any more (the
 * circuit is open): then a person releases it.
 */
export class RestartPolicy {
  private readonly failuresNs: number[] = [];

  /** Notes a failure. Nanoseconds until the restart; null: a person has to. */
  delayNs(nowNs: number): number | null {
    while ((this.failuresNs[0] ?? nowNs) < nowNs - WINDOW_NS) this.failuresNs.shift();
    this.failuresNs.push(nowNs);
    const restarts = this.failuresNs.length;
    return restarts > RESTARTS_MAX ? null : FIRST_DELAY_NS * 2 ** (restarts - 1);
  }

  /** A person has released the plugin, or put another in its place: what was before does not count. */
  reset(): void {
    this.failuresNs.length = 0;
  }
}
