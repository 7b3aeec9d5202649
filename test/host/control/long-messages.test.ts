import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { FramePart } from "../../../abi/host/index.ts";
import { LongMessages } from "../../../host/control/long-messages.ts";
import { Channel, lineOf } from "../../../host/execution/gateways/index.ts";
import { VirtualClock, VirtualTimers } from "../../../host/platform/index.ts";
import { randomSeed } from "../../support/random-seed.ts";

const { WHOLE, FIRST, MIDDLE, LAST } = FramePart;
const MEGABYTE = 1_000_000;
/** A venue that takes parts of eight bytes, and one that takes none. */
const CUT = 1;
const UNCUT = 0;
const MARKET = lineOf(CUT, Channel.MARKET);

class Rig {
  readonly clock = new VirtualClock(0);
  readonly timers = new VirtualTimers(this.clock);
  readonly given: (readonly [line: number, text: string, part: FramePart])[] = [];
  readonly renewed: number[] = [];
  readonly messages: LongMessages;

  constructor(partBytes = 8) {
    this.messages = new LongMessages({
      timers: this.timers,
      partBytes: [0, partBytes],
      give: (line, _instrument, bytes, offset, length, part) =>
        this.given.push([line, Buffer.from(bytes).toString("utf8", offset, offset + length), part]),
      onOverflow: (line) => this.renewed.push(line),
    });
  }

  take(line: number, text: string): boolean {
    const bytes = Buffer.from(`${text}rest of the wire's buffer`);
    const isTaken = this.messages.take(line, 0, bytes, text.length);
    // The bytes are the wire's: what comes next overwrites them.
    bytes.fill(0);
    return isTaken;
  }
}

test("a short message is its caller's to give, and so is one of any length where the venue takes no parts", () => {
  const rig = new Rig();
  assert.equal(rig.take(MARKET, "12345678"), false);
  assert.equal(rig.take(lineOf(UNCUT, Channel.MARKET), "x".repeat(MEGABYTE)), false);
  assert.deepEqual(rig.given, []);
});

test("a long message is given in parts, the first at once, and what comes behind it on its line waits its turn", () => {
  const rig = new Rig();
  const orders = lineOf(CUT, Channel.ORDERS);
  assert.equal(rig.take(MARKET, "abcdefgh12345678ABC"), true);
  assert.deepEqual(rig.given, [[MARKET, "abcdefgh", FIRST]]);
  assert.equal(rig.take(MARKET, "short"), true, "it would overtake the rest");
  assert.equal(rig.take(orders, "order"), false, "another line is not held up");
  rig.timers.advance(0);
  assert.deepEqual(rig.given.slice(1), [
    [MARKET, "12345678", MIDDLE],
    [MARKET, "ABC", LAST],
    [MARKET, "short", WHOLE],
  ]);
  assert.equal(rig.take(MARKET, "short"), false);
});

test("between two parts the event loop runs: a timer gives one slice at a time", () => {
  const rig = new Rig();
  const heard: string[] = [];
  rig.take(MARKET, "abcdefgh12345678ABCDEFGH");
  rig.timers.after(0, () => heard.push(`other after ${rig.given.length} parts`));
  rig.timers.advance(0);
  assert.deepEqual(heard, ["other after 2 parts"]);
  assert.equal(rig.given.length, 3);
});

test(`whatever comes on a line comes out in its order and whole, cut only where it is too long (seed ${randomSeed})`, () => {
  const lengths = fc.array(fc.nat(40), { maxLength: 30 });
  fc.assert(
    fc.property(
      lengths,
      fc.integer({ min: 1, max: 16 }),
      fc.array(fc.boolean()),
      (list, partBytes, turns) => {
        const rig = new Rig(partBytes);
        const sent = list.map((length, index) => String.fromCodePoint(97 + (index % 26)).repeat(length));
        for (const [index, text] of sent.entries()) {
          if (!rig.take(MARKET, text)) rig.given.push([MARKET, text, WHOLE]);
          if (turns[index] === true) rig.timers.advance(0);
        }
        rig.timers.advance(0);
        assert.deepEqual(joined(rig), sent);
        assert.ok(rig.given.every(([, text]) => text.length <= partBytes));
      },
    ),
    { seed: randomSeed, numRuns: 200 },
  );
});

/** The messages that the parts make, each begun by WHOLE or FIRST and ended by WHOLE or LAST. */
function joined({ given }: Rig): string[] {
  const messages: string[] = [];
  let under: string | null = null;
  for (const [, text, part] of given) {
    const isBegun: boolean = under !== null;
    assert.equal(isBegun, part === MIDDLE || part === LAST, "no part without its beginning");
    under = `${under ?? ""}${text}`;
    if (part === FIRST || part === MIDDLE) continue;
    messages.push(under);
    under = null;
  }
  assert.equal(under, null, "nothing is left half given");
  return messages;
}

test("[V1] market data that waits when its line goes is dropped", () => {
  const rig = new Rig();
  rig.take(MARKET, "abcdefgh12345678");
  rig.messages.endLine(MARKET);
  rig.timers.advance(1e9);
  assert.deepEqual(rig.given, [[MARKET, "abcdefgh", FIRST]]);
});

test("what is said of orders is never cut, however long: a codec takes it whole or refuses it", () => {
  const rig = new Rig();
  for (const channel of [Channel.ORDERS, Channel.ORDER_REST])
    assert.equal(rig.take(lineOf(CUT, channel), "x".repeat(MEGABYTE)), false);
  assert.deepEqual(rig.given, []);
});

test("what waits is bounded: beyond it the line is made anew, and heard again when it has been", () => {
  const rig = new Rig(4096);
  const long = "x".repeat(5 * MEGABYTE);
  for (let count = 0; count < 3; count++) rig.take(MARKET, long);
  assert.deepEqual(rig.renewed, []);
  rig.take(MARKET, long);
  assert.deepEqual(rig.renewed, [MARKET]);
  assert.equal(rig.take(MARKET, "short"), true, "what comes on the old line is lost with it");
  rig.timers.advance(1e9);
  assert.equal(rig.given.length, 1);
  rig.messages.endLine(MARKET);
  assert.equal(rig.take(MARKET, "short"), false);
  assert.equal(rig.take(MARKET, long), true);
  const rest = lineOf(CUT, Channel.REST);
  for (let count = 0; count < 4; count++) rig.take(rest, long);
  assert.deepEqual(rig.renewed, [MARKET, rest]);
  assert.equal(rig.take(rest, "short"), false, "answers have no line that could be made anew");
});

test("after the end nothing is given", () => {
  const rig = new Rig();
  rig.take(MARKET, "abcdefgh12345678");
  rig.messages.stop();
  rig.timers.advance(1e9);
  assert.equal(rig.given.length, 1);
  assert.throws(() => rig.messages.take(16, 0, Buffer.alloc(1), 1), /there is no line 16/);
});
