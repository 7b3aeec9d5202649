import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
  BODY_BYTES_MAX,
  encodeFrame,
  FrameKind,
  FrameReader,
} from "../../../../host/execution/signer/signer-frame.ts";
import type { Frame } from "../../../../host/execution/signer/signer-frame.ts";
import { SignerError } from "../../../../host/execution/signer/signer-error.ts";
import { randomSeed as seed } from "../../../support/random-seed.ts";

const frame: Frame = { kind: FrameKind.TOKEN, id: 0x01020304, body: { uri: "ü" } };

test("a frame lies as it is drawn", () => {
  const bytes = Buffer.from(encodeFrame(frame));
  assert.equal(bytes.subarray(0, 12).toString("hex"), "0c0000000103000004030201");
  assert.equal(bytes.subarray(12).toString("utf8"), '{"uri":"ü"}');
});

test(`frames come out as they went in, however the stream is cut (seed ${seed})`, () => {
  const frames = fc.array(
    fc.record({
      kind: fc.constantFrom(...Object.values(FrameKind)),
      id: fc.nat(0xffff_ffff),
      body: fc.jsonValue(),
    }),
    { maxLength: 8 },
  );
  fc.assert(
    fc.property(frames, fc.array(fc.nat(50), { maxLength: 200 }), (list, cuts) => {
      const bytes = Buffer.concat(list.map(encodeFrame));
      const reader = new FrameReader();
      const read: Frame[] = [];
      let at = 0;
      for (const cut of [...cuts, bytes.length]) {
        read.push(...reader.push(bytes.subarray(at, at + cut)));
        at += cut;
      }
      assert.deepEqual(
        read,
        list.map((one) => ({ ...one, body: JSON.parse(JSON.stringify(one.body)) as unknown })),
      );
    }),
    { seed },
  );
});

test("what is no frame is refused with a code, before its length is believed", () => {
  const good = Buffer.from(encodeFrame(frame));
  const changed = (offset: number, value: number): Buffer => {
    const copy = Buffer.from(good);
    copy[offset] = value;
    return copy;
  };
  const huge = Buffer.from(good);
  huge.writeUInt32LE(BODY_BYTES_MAX + 1, 0);
  for (const bytes of [
    changed(4, 2),
    changed(5, 99),
    changed(6, 1),
    changed(7, 1),
    changed(12, 0x78),
    changed(20, 0xff),
    huge,
  ])
    assert.throws(
      () => new FrameReader().push(bytes),
      (error) => error instanceof SignerError && error.code === "SANDPIT_SIGNER_PROTOCOL",
    );
  assert.throws(() => new FrameReader().push(huge.subarray(0, 12)), SignerError);
});

test("a message that is too long is not sent", () => {
  assert.throws(
    () => encodeFrame({ ...frame, body: "x".repeat(BODY_BYTES_MAX) }),
    (error) => error instanceof SignerError && error.code === "SANDPIT_SIGNER_TEXT_REFUSED",
  );
});
