import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ControlClient } from "../cli/control/control-client.ts";
import { ADDRESS_FILE, TOKEN_FILE } from "../cli/control/control-access.ts";
import type { PluginView } from "../host/control/api/index.ts";
import { pluginsRoute, promoteRoute, rollbackRoute } from "../host/control/api/index.ts";
import { projectRoot } from "../tools/project-root.ts";
import { LineProgram } from "./line-program.ts";

const SLOT = "momentum";
const STARTED_MAX_MS = 60_000;
const ANSWERED_MAX_MS = 10_000;
/** A token may ask ten times a second for long, and 60 times at once. */
const LOOK_MS = 1;
const VERSION = '"version": "1.0.0"';

/** When what happened after a save, in milliseconds from it. */
export interface SavedTimes {
  /** Compiled, as `dev` says. */
  readonly builtMs: number;
  /** The first call of the shadow that was compared. */
  readonly shownMs: number;
}

/** From the request to promote, in milliseconds. */
export interface PromotedTimes {
  readonly answeredMs: number;
  /** The first call that the new one has answered alone. */
  readonly liveMs: number;
}

/** A simulated exchange with a host, and an author who edits a copy of an agent with `sandpit dev` beside him: three processes, over sockets. */
export class AuthorSession {
  /** What became of each step, for the benchmark's hash. */
  readonly steps: string[] = [];
  private readonly data = mkdtempSync(join(tmpdir(), "sandpit-author-"));
  // The compiler takes sources of the project alone.
  private readonly folder = join(projectRoot, "build", "bench-author", `${process.pid}`, SLOT);
  private readonly host: LineProgram;
  private dev: LineProgram | null = null;
  private version = 0;

  constructor(flags: readonly string[]) {
    mkdirSync(this.folder, { recursive: true });
    for (const file of ["index.ts", "manifest.json"])
      cpSync(join(projectRoot, "plugins", "agents", SLOT, file), join(this.folder, file));
    this.host = new LineProgram(["start", "--no-view", "--json", "--data", this.data], flags);
  }

  /** Resolves when the host trades and the module that it trades with has been built once: the compiler is warm then. */
  async start(): Promise<void> {
    const address = join(this.data, ADDRESS_FILE);
    for (const endMs = performance.now() + STARTED_MAX_MS; !existsSync(address);) {
      if (performance.now() > endMs || this.host.child.exitCode !== null)
        throw new Error("the host has not started");
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    this.dev = new LineProgram(["dev", this.folder, SLOT, "--data", this.data, "--json"], []);
    await this.dev.until("deployed");
  }

  async save(): Promise<SavedTimes> {
    const { dev } = this;
    if (dev === null) throw new Error("start first");
    this.version += 1;
    const manifest = join(projectRoot, "plugins", "agents", SLOT, "manifest.json");
    const text = readFileSync(manifest, "utf8").replace(
      VERSION,
      VERSION.replace("1.0.0", `1.0.${this.version}`),
    );
    const savedMs = performance.now();
    writeFileSync(join(this.folder, "manifest.json"), text);
    const built = await dev.until("built");
    const { line } = await dev.until("deployed");
    this.steps.push(`${String(line["stage"])} ${String(line["plugin"])} ${String(line["version"])}`);
    const shown = await dev.until("shown");
    return { builtMs: built.atMs - savedMs, shownMs: shown.atMs - savedMs };
  }

  /** Promotes what runs in the shadow, and brings the one before back for the next round. */
  async promote(): Promise<PromotedTimes> {
    const client = new ControlClient({
      url: readFileSync(join(this.data, ADDRESS_FILE), "utf8").trim().replace(/\/$/, ""),
      token: readFileSync(join(this.data, TOKEN_FILE), "utf8").trim(),
    });
    const input = { slot: SLOT, reason: "a measurement" };
    const askedMs = performance.now();
    const answer = await client.call(promoteRoute, input);
    const answeredMs = performance.now() - askedMs;
    this.steps.push(`${answer.stage} ${answer.plugin} ${answer.version}`);
    // The one before is called on whatever the new one is called on, and those calls are counted from the promotion on.
    while (((await viewOf(client)).beside?.calls ?? 0) === 0) {
      if (performance.now() > askedMs + ANSWERED_MAX_MS) throw new Error("the promoted plugin is not called");
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
    const liveMs = performance.now() - askedMs;
    const back = await client.call(rollbackRoute, input);
    this.steps.push(`${back.stage} ${back.plugin} ${back.version}`);
    return { answeredMs, liveMs };
  }

  async end(): Promise<void> {
    await this.dev?.end();
    await this.host.end();
    for (const folder of [this.data, join(this.folder, "..")])
      rmSync(folder, { recursive: true, force: true });
  }
}

async function viewOf(client: ControlClient): Promise<PluginView> {
  const found = (await client.call(pluginsRoute, {})).plugins.find(({ slot }) => slot === SLOT);
  if (found === undefined) throw new Error(`the host has no slot ${SLOT}`);
  return found;
}
