import { writeSync } from "node:fs";
import { openLocalJournal } from "../../host/journal/index.ts";
import { NodeDisk } from "../../host/platform/disk/index.ts";
import { appendNext, journalStart } from "./journal-fixture.ts";

// A process that journals until it is killed, and says after each commit how far it has promised. Argument: the directory.
const [, , directory = ""] = process.argv;
const { journal } = openLocalJournal(
  new NodeDisk(),
  journalStart({ directory, options: { segmentBytesMax: 65536 } }),
  "process",
);
for (;;) {
  for (let index = 0; index < 10; index++) appendNext(journal);
  if (journal.commit() < 0) throw new Error(journal.failure);
  say(`${journal.progress[0]}\n`);
}

/**
 * Writes at once and whole: what a killed process had queued would be no promise, and a process that never yields would queue for ever
 * once the socket that is its stdout was full.
 */
function say(text: string): void {
  for (;;) {
    try {
      writeSync(1, text);
      return;
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "EAGAIN")) throw error;
    }
  }
}
