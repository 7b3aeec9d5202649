import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { describe, test } from "node:test";
import { CommandError } from "../../../cli/console/command-error.ts";
import { readModuleFile, readModuleOf, readPluginFile } from "../../../cli/plugins/plugin-file.ts";
import { readRegularFile } from "../../../cli/plugins/regular-file.ts";
import { freshDirectory } from "../sandpit.ts";

const skip = process.platform === "win32" ? "Windows has neither these links nor pipes in folders" : false;

describe("[S12] a file that is read", { skip }, () => {
  const directory = freshDirectory();
  const file = join(directory, "file");
  writeFileSync(file, "content");

  test("[S12] is read whole, also when it is empty", () => {
    assert.equal(readRegularFile(file, { bytesMax: 7 }).toString(), "content");
    const empty = join(directory, "empty");
    writeFileSync(empty, "");
    assert.equal(readRegularFile(empty, { bytesMax: 7 }).length, 0);
  });

  test("is what it is meant to be: a text that is given for a module is told as that, with what to name instead", () => {
    const text = join(directory, "index.ts");
    writeFileSync(text, "export function handle(): i32 { return 0; }");
    assert.throws(() => readModuleFile(text), /index\.ts is no WebAssembly module/);
    writeFileSync(text, "");
    assert.throws(
      () => readModuleFile(text),
      (error) => error instanceof CommandError && error.remedy.includes("plugin build"),
    );
    writeFileSync(text, Buffer.from("\0asm\x01\0\0\0", "latin1"));
    assert.equal(readModuleFile(text).length, 8);
  });

  test("[S12] is no symbolic link, whatever it leads to", () => {
    const link = join(directory, "link");
    symlinkSync(file, link);
    assert.throws(() => readRegularFile(link, { bytesMax: 7 }), /link is a symbolic link/);
    assert.throws(() => readPluginFile(link), /symbolic link/);
    const dangling = join(directory, "dangling");
    symlinkSync("nowhere", dangling);
    assert.throws(() => readPluginFile(dangling), /symbolic link/);
  });

  test("[S12] is no directory, pipe or socket, and nobody waits for a writer", async () => {
    const folder = join(directory, "folder");
    mkdirSync(folder);
    assert.throws(() => readRegularFile(folder, { bytesMax: 7 }), /no regular file/);
    const pipe = join(directory, "pipe");
    assert.equal(spawnSync(`mkfifo "${pipe}"`, { shell: true }).status, 0);
    assert.throws(() => readRegularFile(pipe, { bytesMax: 7 }), /no regular file/);
    const socket = join(directory, "socket");
    const server = createServer().listen(socket);
    await new Promise((resolve) => {
      server.once("listening", resolve);
    });
    assert.throws(() => readRegularFile(socket, { bytesMax: 7 }), /cannot be read|no regular file/);
    server.close();
    assert.throws(() => readRegularFile("/dev/zero", { bytesMax: 7 }), /no regular file/);
  });

  test("[S12] is within its cap: one of 4 GB is refused before anything is allocated", () => {
    const huge = join(directory, "huge.wasm");
    writeFileSync(huge, "");
    truncateSync(huge, 2 ** 32);
    assert.throws(() => readPluginFile(huge), /4294967296 bytes/);
    assert.throws(() => readRegularFile(file, { bytesMax: 6 }), /has 7 bytes/);
  });

  test("[S12] of a plugin in a folder of modules is that plugin's, and no other file", () => {
    writeFileSync(join(directory, "hedge.wasm"), "module");
    assert.equal(Buffer.from(readModuleOf(directory, "hedge")).toString(), "module");
    assert.throws(() => readModuleOf(directory, "momentum"), /momentum\.wasm cannot be read/);
    for (const name of ["../hedge", "folder/hedge", "..", "", "hedge.wasm\0"])
      assert.throws(() => readModuleOf(directory, name), /no name of a plugin/);
  });

  test("is refused when it is private and others may use it", () => {
    for (const [mode, isRefused] of [
      [0o600, false],
      [0o400, false],
      [0o640, true],
      [0o604, true],
      [0o620, true],
      [0o601, true],
    ] as const) {
      chmodSync(file, mode);
      const read = (): Buffer => readRegularFile(file, { bytesMax: 7, isPrivate: true });
      if (isRefused) assert.throws(read, new RegExp(`mode ${mode.toString(8)}`));
      else assert.equal(read().length, 7);
    }
  });
});
