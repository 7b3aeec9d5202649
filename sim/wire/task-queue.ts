/** Work that is due at a session time: messages on their way in, and delayed answers. */
interface Task {
  readonly dueNs: number;
  readonly run: (nowNs: number) => void;
}

/** Tasks in the order of their times; those of the same time in the order in which they came. */
export class TaskQueue {
  readonly #tasks: Task[] = [];

  /** The next task's time; Infinity when there is none. */
  get nextNs(): number {
    return this.#tasks[0]?.dueNs ?? Infinity;
  }

  add(dueNs: number, run: (nowNs: number) => void): void {
    let index = this.#tasks.length;
    // Most tasks are the latest yet, so the place is searched from the end.
    while (index > 0 && (this.#tasks[index - 1]?.dueNs ?? 0) > dueNs) index -= 1;
    this.#tasks.splice(index, 0, { dueNs, run });
  }

  /** Runs the next task if it is due. */
  runDue(nowNs: number): boolean {
    const task = this.#tasks[0];
    if (task === undefined || task.dueNs > nowNs) return false;
    this.#tasks.shift();
    task.run(task.dueNs);
    return true;
  }
}
