import assert from "node:assert/strict";
import { test } from "node:test";
import { Terminal } from "../../../cli/view/terminal.ts";

function fakeStream(
  columns: number,
  rows: number,
): { readonly stream: NodeJS.WriteStream; readonly written: string[] } {
  const written: string[] = [];
  const stream = { columns, rows, write: (text: string) => written.push(text) > 0 };
  return { stream: stream as unknown as NodeJS.WriteStream, written };
}

test("the terminal is given back once, whatever is called, and no handler stays behind", () => {
  const { stream, written } = fakeStream(120, 40);
  const handlers = process.listenerCount("exit");
  const terminal = new Terminal(stream);
  terminal.show(["too early"]);
  terminal.leave();
  assert.equal(written.length, 0);
  terminal.enter();
  terminal.enter();
  assert.equal(process.listenerCount("exit"), handlers + 1);
  terminal.show(["one", "two"]);
  terminal.leave();
  terminal.leave();
  assert.equal(process.listenerCount("exit"), handlers);
  assert.equal(written.length, 3);
  assert.ok(written[0]?.includes("?1049h") && written[0].includes("?25l"));
  assert.ok(written[1]?.includes("one\r\ntwo"));
  assert.ok(written[2]?.includes("?1049l") && written[2].includes("?25h"));
});

test("its size is the stream's, or assumed where the stream does not know", () => {
  assert.deepEqual(
    [new Terminal(fakeStream(120, 40).stream).width, new Terminal(fakeStream(120, 40).stream).height],
    [120, 40],
  );
  assert.deepEqual(
    [new Terminal(fakeStream(0, 0).stream).width, new Terminal(fakeStream(0, 0).stream).height],
    [100, 30],
  );
});
