import { NodeDisk } from "../../platform/disk/index.ts";
import { idle, threadInput, wakeStarter } from "../../platform/threads/index.ts";
import { CheckChannel } from "./check-channel.ts";
import { LaneSnapshot } from "./lane-snapshot.ts";
import { PositionCheck } from "./position-check.ts";
import type { CheckThreadInput } from "./threaded-checker.ts";

/** Entry of the thread on which positions are computed a second time, from what the journal's files hold, until it is told to end. */
function main({ directory, start, shape, channel: buffer, cells }: CheckThreadInput): void {
  const channel = new CheckChannel(buffer);
  const snapshot = new LaneSnapshot(shape, cells);
  const check = new PositionCheck(new NodeDisk(), directory, start);
  while (!channel.isEnding) {
    if (!channel.wait(idle)) continue;
    const answer = check.compare(snapshot, () => channel.isEnding);
    if (answer === null) break;
    channel.answer(answer);
    wakeStarter();
  }
  check.close();
}

main(threadInput() as CheckThreadInput);
