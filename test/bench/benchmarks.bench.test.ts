import assert from "node:assert/strict";
import { test } from "node:test";
import { catalogue } from "../../bench/catalogue.ts";
import type { FrameChoice } from "../../bench/frames/index.ts";
import { recordingPaths } from "../../bench/frames/index.ts";

/** What each benchmark computes from the first 5,000 frames. A change here is a change of behaviour: say in the commit which one. */
const hashes: Readonly<Record<FrameChoice, Readonly<Record<string, string>>>> = {
  recorded: {
    decode: "f92f0914d70520804f1ee712f1c76f212a5baf84f3d5e070eeeb66161645dc8e",
    book: "1239913518c2348c5aae3e8d92ea813106fbacd1b6fa38788c4c7c0365a9c086",
    "plugin-call": "0ee66d9c8676802264014834cf3c0e63eee9d7c2fd032e62468251fd5082c9f5",
    metering: "0ec4b124321c8157f26acd692c4fcedde5c6a70a33eab2a9d9154d8464dde92e",
    "order-encode": "da7dcd0b517e1b748c4b37d39bbdf6c3ff407553b080b5422c720735c918fc09",
    pipeline: "b5fde710b5cb430a8c4ce40144c65c72848fece2cc93d8c8650c445c7baed761",
    "tick-to-order": "a5af54144ed7b2d85a2c621b9b3aadcfa2b832e72e939616c5b8b74c0b7f4b18",
    loopback: "01906faaa93f7b5428a780de2e1cc59a95ce3e414402440d3f8c3e91556f4f0f",
    scale: "86332b061bfd46ebaafba0c6c1c7e9abd0b73287dd7693bd474ee2f6b05de5b3",
    swap: "1256d040ee8d88de251e9c960dabfa350dc0b21e5bacd31a2cf4acdd8471894d",
    "author-loop": "9f8292248207f0a4ddbffed4cdf66879eca25b5f47fbd83a3553601bc3a4760c",
    containment: "cfe10716f164d5eb14aabc0603cb0fce27d9ab43102204b71ec6bc2159f7278a",
    allocation: "b5fde710b5cb430a8c4ce40144c65c72848fece2cc93d8c8650c445c7baed761",
  },
  generated: {
    decode: "c4b6e125605becacadbc0a82e29241f289b0da2dc85e1e16f06908296dc342ce",
    book: "c0312b4a8fbc3f1eda52d840679092f698c373af37532e31f87ed901816d17c0",
    "plugin-call": "0ee66d9c8676802264014834cf3c0e63eee9d7c2fd032e62468251fd5082c9f5",
    metering: "84c9fe3ac25dcccb5b3de46a0f18c75c39514864a36e404eaf6f5f16bf2987e2",
    "order-encode": "da7dcd0b517e1b748c4b37d39bbdf6c3ff407553b080b5422c720735c918fc09",
    pipeline: "79fc8d8a0f994a3e63b08fee77e9f780c4ab062ee892105c2eb5c0ae46b7a2d8",
    "tick-to-order": "7e0f7f2847b5cfaa91115903aa3e3ee560cfb613b5768f20513dd2cd6b38f8b6",
    loopback: "01906faaa93f7b5428a780de2e1cc59a95ce3e414402440d3f8c3e91556f4f0f",
    scale: "86332b061bfd46ebaafba0c6c1c7e9abd0b73287dd7693bd474ee2f6b05de5b3",
    swap: "825da97f8841cde42f82fde83a2548d5a3721808cb291cca64d8b16d1b7de8d5",
    "author-loop": "9f8292248207f0a4ddbffed4cdf66879eca25b5f47fbd83a3553601bc3a4760c",
    containment: "f3e3dbb4642a05a20bcf3893082fb1fe21fe031af0078fad5d09ad9c927d6d25",
    allocation: "79fc8d8a0f994a3e63b08fee77e9f780c4ab062ee892105c2eb5c0ae46b7a2d8",
  },
};

const missing =
  recordingPaths() === undefined
    ? "wanted binance/spot-btcusdt_20240808.gz and _20240809.gz under SANDPIT_DATA"
    : false;

for (const frames of ["recorded", "generated"] as const) {
  for (const [name, { run }] of catalogue) {
    test(
      `the benchmark ${name} computes the same from ${frames} frames as ever`,
      { skip: frames === "recorded" && missing },
      async () => {
        const result = await run({ isSmall: true, frames });
        assert.equal(result.hash, hashes[frames][name]);
        assert.ok(result.measures.length > 0);
        for (const { name: measure, value } of result.measures)
          assert.ok(Number.isFinite(value), `${measure} is ${value}`);
      },
    );
  }
}

test("every benchmark has its hash", () => {
  for (const expected of Object.values(hashes))
    assert.deepEqual(Object.keys(expected), [...catalogue.keys()]);
});
