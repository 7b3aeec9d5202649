import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { afterEach, test } from "node:test";
import type { ResidentLimits, ResidentProgram } from "../../../../host/platform/processes/index.ts";
import { NodeResidentPrograms } from "../../../../host/platform/processes/index.ts";

const ENTRY = new URL("./fixtures/resident.ts", import.meta.url);
const LIMITS: ResidentLimits = {
  heapMiB: 64,
  readable: ["host/", "test/host/platform/processes/fixtures/", "package.json"].map(
    (name) => new URL(`../../../../${name}`, import.meta.url),
  ),
  writable: [],
  startsProcesses: false,
  moved: [],
  copied: [],
};

const running: ResidentProgram[] = [];

// A test that failed leaves nothing running, which would keep this process from ending.
afterEach(() => {
  for (const program of running.splice(0)) program.kill();
});

/** A program, and what it said and how it ended. */
class Rig {
  readonly program: ResidentProgram;
  readonly ended: Promise<string>;
  private text = "";
  private listeners: (() => void)[] = [];

  constructor(limits: Partial<ResidentLimits> = {}, entry: URL = ENTRY) {
    let over: (reason: string) => void = () => undefined;
    this.ended = new Promise((resolve) => (over = resolve));
    this.program = new NodeResidentPrograms().start(
      entry,
      { ...LIMITS, ...limits },
      {
        onBytes: (bytes) => {
          this.text += Buffer.from(bytes).toString();
          for (const listener of this.listeners.splice(0)) listener();
        },
        onEnd: (reason) => over(reason),
      },
    );
    running.push(this.program);
  }

  /** Waits for the next thing that it says. */
  async said(): Promise<string> {
    while (this.text === "") await new Promise<void>((resolve) => this.listeners.push(resolve));
    const { text } = this;
    this.text = "";
    return text;
  }

  async asked(text: string): Promise<string> {
    assert.equal(this.program.send(Buffer.from(text)), true);
    return this.said();
  }
}

async function up(limits: Partial<ResidentLimits> = {}): Promise<Rig> {
  const rig = new Rig(limits);
  assert.equal(await rig.said(), "up");
  return rig;
}

test("a program answers for as long as it lives, and its end is told once", async () => {
  const rig = await up();
  assert.equal(await rig.asked("one"), "heard one");
  assert.equal(await rig.asked("two"), "heard two");
  rig.program.kill();
  assert.equal(await rig.ended, "it ended with signal SIGKILL");
  assert.equal(rig.program.send(Buffer.from("three")), false);
});

test("[P24] it reads what it is told, writes nothing and starts nothing", async () => {
  const rig = await up();
  assert.equal(await rig.asked("permissions"), "ERR_ACCESS_DENIED,ERR_ACCESS_DENIED,ERR_ACCESS_DENIED");
  rig.program.kill();
  await rig.ended;
});

test("[P24] variables move over or are copied, and no other is there", async () => {
  process.env["RESIDENT_MOVED"] = "m";
  process.env["RESIDENT_COPIED"] = "c";
  const rig = await up({ moved: ["RESIDENT_MOVED", "RESIDENT_ABSENT"], copied: ["RESIDENT_COPIED"] });
  assert.equal(await rig.asked("environment"), "RESIDENT_COPIED,RESIDENT_MOVED");
  assert.deepEqual([process.env["RESIDENT_MOVED"], process.env["RESIDENT_COPIED"]], [undefined, "c"]);
  rig.program.kill();
  await rig.ended;
});

test("[P24] what it does not catch ends it, with the error's name and nothing of its text", async () => {
  for (const [act, name] of [
    ["throw", "RangeError"],
    ["reject", "TypeError"],
  ] as const) {
    const rig = await up();
    rig.program.send(Buffer.from(act));
    assert.equal(await rig.ended, `it ended with status 70: ${name} was not caught`);
  }
  const leaving = await up();
  leaving.program.send(Buffer.from("leave"));
  assert.equal(await leaving.ended, "it ended with status 3");
});

test(
  "[P24] Ctrl-C at the host's terminal does not end it, and no signal opens a debugger",
  { skip: process.platform === "win32" ? "Windows has no such signals" : false },
  async () => {
    const rig = await up();
    assert.equal(await rig.asked("signals"), "heard signals");
    assert.equal(await rig.asked("still there"), "heard still there");
    rig.program.kill();
    assert.equal(await rig.ended, "it ended with signal SIGKILL");
  },
);

test("what cannot be started has ended, with a reason", async () => {
  const rig = new Rig({}, new URL("./fixtures/absent.ts", import.meta.url));
  assert.match(await rig.ended, /status 1/);
  const nowhere = new Rig({}, new URL("./nowhere/absent.ts", import.meta.url));
  assert.match(await nowhere.ended, /ENOENT/);
});

test("it ends with its starter, also with one that is killed", async () => {
  const starter = `
    const { NodeResidentPrograms } = await import(${JSON.stringify(new URL("../../../../host/platform/processes/index.ts", import.meta.url).href)});
    const program = new NodeResidentPrograms().start(new URL(${JSON.stringify(ENTRY.href)}), ${JSON.stringify({ ...LIMITS, readable: [] })}, { onBytes() { process.stdout.write(String(program.pid)); }, onEnd() {} });
  `.replace(
    '"readable":[]',
    `"readable":${JSON.stringify(LIMITS.readable.map((place) => place.href))}.map((place) => new URL(place))`,
  );
  const child = spawn(process.execPath, ["--input-type=module", "-e", starter], {
    stdio: ["ignore", "pipe", "inherit"],
    cwd: fileURLToPath(new URL(".", import.meta.url)),
  });
  const pid = Number(
    await new Promise<string>((resolve) =>
      child.stdout.once("data", (bytes: Buffer) => resolve(bytes.toString())),
    ),
  );
  assert.ok(pid > 0);
  child.kill("SIGKILL");
  for (let look = 0; look < 1_000 && isAlive(pid); look++)
    await new Promise((resolve) => setTimeout(resolve, 10));
  assert.equal(isAlive(pid), false);
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
