import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { readAbortMessage } from "../../../host/engine/abort-message.ts";
import { printableText } from "../../../host/engine/index.ts";

const SIZE = 131_072;

function memoryWith(messagePointer: number, filePointer = 0): { memory: ArrayBuffer; view: DataView } {
  const memory = new ArrayBuffer(SIZE);
  const view = new DataView(memory);
  view.setUint32(32, messagePointer, true);
  view.setUint32(36, filePointer, true);
  view.setUint32(40, 12, true);
  view.setUint32(44, 34, true);
  return { memory, view };
}

function writeString(view: DataView, pointer: number, text: string): void {
  view.setUint32(pointer - 4, 2 * text.length, true);
  for (let index = 0; index < text.length; index++) {
    view.setUint16(pointer + 2 * index, text.charCodeAt(index), true);
  }
}

test("message, file, line and column are read", () => {
  const { memory, view } = memoryWith(70_000, 71_000);
  writeString(view, 70_000, "outbox full");
  writeString(view, 71_000, "agent.ts");
  assert.equal(readAbortMessage(memory), "outbox full at agent.ts:12:34");
});

test("[P21] escape sequences and backslashes come out as printable text", () => {
  const { memory, view } = memoryWith(70_000);
  writeString(view, 70_000, "\u001b[2J\r\nkill \\ \u202e");
  assert.equal(
    readAbortMessage(memory),
    "\\u001b[2J\\u000d\\u000akill \\u005c \\u202e at unknown file:12:34",
  );
});

test("[P21] a message of a megabyte is cut", () => {
  const { memory, view } = memoryWith(70_000);
  view.setUint32(69_996, 60_000, true);
  assert.ok((readAbortMessage(memory) ?? "").length < 1_300);
  assert.match(readAbortMessage(memory) ?? "", /\.\.\. at unknown file/);
});

test("[P8][P21] a forged pointer or length gives no message", () => {
  for (const pointer of [0, 3, SIZE + 1, 0x8000_0000, 0xffff_ffff]) {
    assert.equal(readAbortMessage(memoryWith(pointer).memory), null);
  }
  for (const length of [1, SIZE, 0xffff_ffff, 0xffff_fffe, 0x8000_0000]) {
    const { memory, view } = memoryWith(70_000);
    view.setUint32(69_996, length, true);
    assert.equal(readAbortMessage(memory), null);
  }
});

test("[P21] whatever the control block holds, the text is printable ASCII and short", () => {
  const word = fc.oneof(
    fc.integer({ min: 0, max: 4_294_967_295 }),
    fc.integer({ min: 0, max: 600 }),
    fc.integer({ min: SIZE - 8, max: SIZE + 8 }),
  );
  const property = fc.property(
    word,
    word,
    fc.uint8Array({ minLength: 600, maxLength: 600 }),
    (message, file, bytes) => {
      const { memory, view } = memoryWith(0);
      new Uint8Array(memory).set(bytes);
      view.setUint32(32, message, true);
      view.setUint32(36, file, true);
      const text = readAbortMessage(memory) ?? "";
      assert.match(text, /^[\x20-\x7e]*$/);
      assert.ok(text.length < 2_500);
    },
  );
  fc.assert(property, { verbose: 1 });
});

test("printable text is left alone up to its limit", () => {
  assert.equal(printableText("plain text", 20), "plain text");
  assert.equal(printableText("plain text", 5), "plain...");
});
