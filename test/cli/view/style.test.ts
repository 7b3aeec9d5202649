import assert from "node:assert/strict";
import { test } from "node:test";
import { coloured, fit, fitRight, plain, widthOf } from "../../../cli/view/style.ts";

test("a text is cut or padded to its width, colours not counted", () => {
  assert.equal(fit("abc", 5), "abc  ");
  assert.equal(fitRight("abc", 5), "  abc");
  assert.equal(fit("abcdef", 4), "abc…");
  assert.equal(fitRight("abcdef", 4), "abc…");
  const red = coloured("red", "abcdef");
  assert.equal(widthOf(red), 6);
  const cut = fit(`x${red}`, 4);
  assert.equal(widthOf(cut), 4);
  assert.ok(cut.includes("\u001B[0m"), "the colour is closed");
});

test("plain paint leaves text alone", () => {
  assert.equal(plain("bold", "text"), "text");
});
