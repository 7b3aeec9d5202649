import { NodeDisk } from "../platform/disk/index.ts";
import { idle, reportReady, threadInput } from "../platform/threads/index.ts";
import type { SyncThreadInput } from "./sync-client.ts";
import { SyncServer } from "./sync-server.ts";

const IDLE_MS = 1;

/** Entry of the thread that syncs what the trading thread writes. */
function main({ control, directory, segmentIndex }: SyncThreadInput): void {
  const words = new Int32Array(control);
  const server = new SyncServer(new NodeDisk(), directory, words, segmentIndex);
  reportReady();
  while (!server.isFinished) {
    if (!server.serve()) idle(words, 0, Atomics.load(words, 0), IDLE_MS);
  }
  if (server.failure !== "") throw new Error(server.failure);
}

main(threadInput() as SyncThreadInput);
