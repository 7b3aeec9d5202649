import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import type { ChildProcessByStdio } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { after, before, test } from "node:test";
import { projectRoot } from "../../../tools/project-root.ts";

// A project of its own, with nothing to install, so that the test needs no network and leaves this repository alone.
const project = mkdtempSync(join(tmpdir(), "sandpit-run-"));

const PROGRAM = `
const wants: string | undefined = process.argv[2];
if (wants === "wait") {
  for (const signal of ["SIGTERM", "SIGHUP", "SIGINT"]) process.on(signal, () => { console.log(signal); process.exit(7); });
  setInterval(() => {}, 1000);
  console.log("ready");
} else if (wants === "die") process.kill(process.pid, "SIGKILL");
else {
  console.log(JSON.stringify({ given: process.argv.slice(2), flags: process.execArgv, path: process.env.PATH, tunables: process.env.GLIBC_TUNABLES }));
  process.exitCode = 3;
}
`;

before(() => {
  cpSync(join(projectRoot, "tools/launch"), join(project, "tools/launch"), { recursive: true });
  cpSync(join(projectRoot, "tools/run.mjs"), join(project, "tools/run.mjs"));
  mkdirSync(join(project, "cli"));
  mkdirSync(join(project, "node_modules"));
  writeFileSync(join(project, "cli/main.ts"), PROGRAM);
  writeFileSync(join(project, "cli/other.ts"), PROGRAM);
  writeFileSync(join(project, "package.json"), '{"type":"module"}');
  writeFileSync(join(project, "package-lock.json"), '{"lockfileVersion":3,"packages":{"":{}}}');
  writeFileSync(join(project, "node_modules/.package-lock.json"), '{"packages":{}}');
});
after(() => rmSync(project, { recursive: true, force: true }));

function run(...programArguments: string[]): {
  status: number | null;
  signal: string | null;
  stdout: string;
  stderr: string;
} {
  return spawnSync(process.execPath, ["tools/run.mjs", ...programArguments], {
    cwd: project,
    encoding: "utf8",
  });
}

function start(env: NodeJS.ProcessEnv = process.env): ChildProcessByStdio<null, Readable, null> {
  return spawn(process.execPath, ["tools/run.mjs", "cli/main.ts", "wait"], {
    cwd: project,
    env,
    stdio: ["ignore", "pipe", "ignore"],
  });
}

async function firstLine(child: ChildProcessByStdio<null, Readable, null>): Promise<string> {
  const [chunk] = (await once(child.stdout, "data")) as [Buffer];
  return chunk.toString().trim();
}

test("the program gets its arguments and flags, and its exit code is handed on", () => {
  const { status, stdout, stderr } = run("cli/main.ts", "a", "--b");
  assert.equal(status, 3, stderr);
  assert.match(stdout, /"given":\["a","--b"\]/);
  assert.match(stdout, /--no-wasm-dynamic-tiering.*--use-largepages=silent/);
  assert.doesNotMatch(stderr, /ExperimentalWarning/);
});

test("flags and tunables are for the programs that need them, beside those of whoever starts them", () => {
  const tunablesOf = (program: string, own: string): unknown => {
    const env = { ...process.env, GLIBC_TUNABLES: own };
    const { stdout } = spawnSync(process.execPath, ["tools/run.mjs", program], {
      cwd: project,
      env,
      encoding: "utf8",
    });
    return (JSON.parse(stdout) as { tunables: unknown }).tunables;
  };
  assert.doesNotMatch(run("cli/other.ts").stdout, /--no-wasm-dynamic-tiering/);
  assert.equal(tunablesOf("cli/other.ts", ""), "");
  assert.equal(tunablesOf("cli/main.ts", ""), "glibc.malloc.hugetlb=1");
  const own = "glibc.malloc.check=0";
  assert.equal(tunablesOf("cli/main.ts", own), `${own}:glibc.malloc.hugetlb=1`);
});

test("a program that dies of a signal lets the shell see that signal", () => {
  assert.equal(run("cli/main.ts", "die").signal, "SIGKILL");
});

test("a missing program is refused with a remedy", () => {
  const none = run();
  assert.equal(none.status, 1);
  assert.match(none.stderr, /no program named\n {2}remedy: /);
  assert.match(run("cli/absent.ts").stderr, /cli\/absent\.ts is not a file/);
});

for (const signal of ["SIGTERM", "SIGHUP", "SIGINT"] as const) {
  test(
    `${signal} reaches the program, which decides how to end`,
    { skip: process.platform === "win32" ? "no signals on Windows" : false },
    async () => {
      const child = start();
      assert.equal(await firstLine(child), "ready");
      child.kill(signal);
      const [line, [code]] = await Promise.all([
        firstLine(child),
        once(child, "exit") as Promise<[number | null]>,
      ]);
      assert.equal(line, signal);
      assert.equal(code, 7);
    },
  );
}

test(
  "the program ends when the npm that started it is killed",
  { skip: process.platform === "win32" ? "no signals on Windows" : false },
  async () => {
    // A shell between npm and us, as npm has it, which does not replace itself because a command follows.
    const shell = "node tools/run.mjs cli/main.ts wait; true";
    const npm = `const c = require("node:child_process").spawn("sh", ["-c", ${JSON.stringify(shell)}], { stdio: "inherit" }); c.on("exit", () => {});`;
    const env = {
      ...process.env,
      npm_lifecycle_event: "start",
      PATH: `${join(process.execPath, "..")}:${process.env["PATH"] ?? ""}`,
    };
    const child = spawn(process.execPath, ["-e", npm], {
      cwd: project,
      env,
      stdio: ["ignore", "pipe", "ignore"],
    });
    assert.equal(await firstLine(child), "ready");
    child.kill("SIGKILL");
    assert.equal(await firstLine(child), "SIGTERM");
  },
);
