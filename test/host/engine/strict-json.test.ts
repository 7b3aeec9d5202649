import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { parseStrictJson, StrictJsonError } from "../../../host/engine/strict-json.ts";
import { randomSeed } from "../../support/random-seed.ts";

test(`JSON without repeated keys is read as JSON.parse reads it (seed ${randomSeed})`, () => {
  const property = fc.property(fc.json({ maxDepth: 4 }), (text) => {
    fc.pre(!text.includes("__proto__"));
    assert.deepEqual(parseStrictJson(text), JSON.parse(text));
  });
  fc.assert(property, { numRuns: 1_000, seed: randomSeed });
});

test("a key that stands twice in one object is refused, however it is written; in two objects it is not", () => {
  for (const text of [
    '{"a":1,"a":1}',
    '{"a":1,"b":{"x":[],"y":{}},"a":2}',
    '[{"k":[{"a":1 , "\\u0061" : 2}]}]',
    '{"":1,"":2}',
    '{"{\\"a\\":1":1,"{\\"a\\":1":1}',
  ])
    assert.throws(() => parseStrictJson(text), StrictJsonError, text);
  for (const text of ['{"a":{"a":1},"b":{"a":1}}', '[{"a":1},{"a":1}]', '{"a":"a","b":["a","a","b:"]}'])
    assert.deepEqual(parseStrictJson(text), JSON.parse(text));
});

test("[P20] a key named __proto__ is refused, also when it is written in escapes", () => {
  for (const text of ['{"__proto__":1}', '{"a":[{"\\u005f_proto__":{}}]}'])
    assert.throws(() => parseStrictJson(text), /__proto__/);
});

test("what is no JSON is a SyntaxError, and a key is shown escaped and cut", () => {
  for (const text of ["", "{", '{"a":1,}', '"']) assert.throws(() => parseStrictJson(text), SyntaxError);
  assert.throws(() => parseStrictJson('{"\\u001b[2J":1,"\\u001b[2J":1}'), /"\\u001b\[2J" stands twice/);
});
