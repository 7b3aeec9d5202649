interface Delivery {
  readonly dueNs: number;
  readonly run: () => void;
}

/** Deliveries to one listener, in their order: as on a socket. */
export class DeliveryLine {
  private readonly entries: Delivery[] = [];
  private head = 0;

  /** At the end: what comes before holds it up. */
  push(dueNs: number, run: () => void): void {
    this.entries.push({ dueNs, run });
  }

  /** By its time: it overtakes what is due later, as answers over connections of their own do. */
  insert(dueNs: number, run: () => void): void {
    let place = this.entries.length;
    while (place > this.head && (this.entries[place - 1]?.dueNs ?? 0) > dueNs) place -= 1;
    this.entries.splice(place, 0, { dueNs, run });
  }

  get nextNs(): number {
    return this.entries[this.head]?.dueNs ?? Number.POSITIVE_INFINITY;
  }

  shift(): (() => void) | undefined {
    const entry = this.entries[this.head];
    this.head += 1;
    if (this.head >= this.entries.length) {
      this.entries.length = 0;
      this.head = 0;
    }
    return entry?.run;
  }
}

/** Everything that is on its way to one host, in a line for each connection. */
export class Deliveries {
  private readonly lines: DeliveryLine[] = [];

  /** A further line. Of those that are due at one time the older line goes first. */
  open(): DeliveryLine {
    const line = new DeliveryLine();
    this.lines.push(line);
    return line;
  }

  /** When the next delivery is due; Infinity when nothing is on its way. */
  get nextNs(): number {
    let nextNs = Number.POSITIVE_INFINITY;
    for (const line of this.lines) if (line.nextNs < nextNs) ({ nextNs } = line);
    return nextNs;
  }

  /** Hands over everything due up to `untilNs`, in order of time. */
  deliver(untilNs: number): void {
    for (;;) {
      let [first] = this.lines;
      for (const line of this.lines) if (first === undefined || line.nextNs < first.nextNs) first = line;
      if (first === undefined || first.nextNs > untilNs) return;
      first.shift()?.();
    }
  }
}
