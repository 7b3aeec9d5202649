import { mkdirSync } from "node:fs";
import { resolve } from "node:path";
import type { Arguments } from "../console/arguments.ts";
import { CommandError, UsageError } from "../console/command-error.ts";
import type { Command } from "../console/command.ts";
import { NoticeLog } from "../live/notice-log.ts";
import { StopRequest } from "../live/stop-request.ts";
import { RecordingSession } from "../record/recording-session.ts";
import { liveSource, liveVenues } from "../tap/live-addresses.ts";
import { partsOf } from "../tap/venue-tap.ts";

const YEAR_SECONDS = 31_536_000;
const FILE_MEGABYTES = 256;
const SYMBOL = /^[A-Z0-9._-]{1,24}$/;

export const recordCommand: Command = {
  name: "record",
  summary: "Records public market data of real venues, without a key, as they arrive.",
  options: {
    venue: { value: "LIST", help: "binance, coinbase, or both: binance,coinbase" },
    out: { value: "DIR", help: "folder for the files, which follow one another (./recordings)" },
    symbols: { value: "LIST", help: "of one venue; without it BTCUSDT, or BTC-USD,ETH-USD" },
    duration: { value: "SECONDS", help: "stop after that time; without it, at Ctrl-C or SIGTERM" },
    "file-megabytes": { value: "N", help: `of messages in one file, uncompressed (${FILE_MEGABYTES})` },
    "live-url": {
      value: "VENUE.NAME=URL",
      isList: true,
      help: "another address than the public one: binance.stream, binance.rest, coinbase.market",
    },
    ca: { value: "FILE", help: "certificates of authorities that are believed besides the system's, in PEM" },
  },
  run: runCommand,
};

async function runCommand(given: Arguments): Promise<number> {
  const names = given.text("venue");
  if (names === undefined) throw new UsageError("record has no venue", "write --venue binance,coinbase");
  const venues = liveVenues("venue", names);
  const symbols = symbolsOf(given, venues.length);
  const sources = venues.flatMap((venue) => partsOf(liveSource(venue, given.texts("live-url"), symbols)));
  const directory = resolve(given.text("out") ?? "recordings");
  const durationSeconds = given.number("duration", Number.POSITIVE_INFINITY, 0.1, YEAR_SECONDS);
  const fileBytesMax = given.number("file-megabytes", FILE_MEGABYTES, 0.001, 65_536) * 1e6;
  mkdirSync(directory, { recursive: true });
  const stop = new StopRequest();
  const log = new NoticeLog(null);
  const isJson = given.has("json");
  const session = new RecordingSession({
    directory,
    sources,
    fileBytesMax,
    ca: given.text("ca") ?? null,
    log,
    onProgress: (text) => {
      if (!isJson) process.stdout.write(`${text}\n`);
    },
    onFailure: () => stop.ask("failure"),
  });
  const timer =
    durationSeconds === Number.POSITIVE_INFINITY
      ? null
      : setTimeout(() => stop.ask("duration"), durationSeconds * 1000);
  session.start();
  const reason = await stop.reason;
  if (timer !== null) clearTimeout(timer);
  const report = await session.stop(reason);
  stop.release();
  await log.flush();
  process.stdout.write(isJson ? `${JSON.stringify(report)}\n` : session.text(report));
  if (report.failure !== null)
    throw new CommandError(
      `the recording broke off: ${report.failure}`,
      "make room on the disk, or record elsewhere with --out; what was written until then can be read",
    );
  return 0;
}

function symbolsOf(given: Arguments, venueCount: number): readonly string[] | null {
  const text = given.text("symbols");
  if (text === undefined) return null;
  if (venueCount > 1)
    throw new UsageError("--symbols is of one venue", "record the venues by two commands, or leave it out");
  const symbols = text.split(",");
  const wrong = symbols.find((symbol) => !SYMBOL.test(symbol));
  if (wrong !== undefined) throw new UsageError(`--symbols has "${wrong}"`, "write BTCUSDT,ETHUSDT");
  return [...new Set(symbols)];
}
