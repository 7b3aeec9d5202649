import assert from "node:assert/strict";
import { test } from "node:test";
import { recordLayouts } from "../../../abi/host/index.ts";
import { loadModule } from "../../../host/engine/index.ts";
import { buildModule, pluginParts } from "./module-builder.ts";
import { refusal } from "./refusal.ts";
import { sampleManifest, withCustomSection, withDescription } from "./sample-module.ts";

const bare = buildModule(pluginParts([0x41, 0, 0x0b]));
const manifest = sampleManifest();
const described = withCustomSection(bare, "sandpit.manifest", JSON.stringify(manifest));
const ours = { Quote: recordLayouts.Quote, Signal: recordLayouts.Signal };

function withRecords(payload: unknown): Uint8Array {
  return withCustomSection(described, "sandpit.records", JSON.stringify(payload));
}

test("a module whose records are this host's is taken", () => {
  assert.equal(loadModule(withRecords(ours)).manifest.name, "sample");
});

test("[P19] a module built with an earlier, shorter form of a record is taken", () => {
  const shorter = recordLayouts.Quote.replace(" padding:uint32@52 timeNs:int64@56", "");
  assert.ok(shorter.length < recordLayouts.Quote.length);
  assert.ok(loadModule(withRecords({ ...ours, Quote: shorter })));
});

test("[P19] any other difference is refused with the record's name and the field", () => {
  const later = `${recordLayouts.Quote} later:int64@64`;
  const moved = recordLayouts.Quote.replace("bidPrice:int64@16", "bidPrice:int64@24");
  const retyped = recordLayouts.Quote.replace("bidPrice:int64", "bidPrice:double");
  const cut = recordLayouts.Quote.slice(0, -1);
  for (const [layout, text] of [
    [later, /Quote: built with "later:int64@64" where this host has "nothing"/],
    [moved, /Quote: built with "bidPrice:int64@24" where this host has "bidPrice:int64@16"/],
    [retyped, /Quote: built with "bidPrice:double@16"/],
    [cut, /Quote: built with "timeNs:int64@5"/],
    ["", /Quote: built with ""/],
    [7, /Quote: its layout is not a text/],
  ] as const) {
    assert.throws(
      () => loadModule(withRecords({ ...ours, Quote: layout })),
      refusal("SANDPIT_ENGINE_RECORD_LAYOUT", text),
    );
  }
  const unknown = { ...ours, ["Quo\u001bte"]: "#10" };
  assert.throws(
    () => loadModule(withRecords(unknown)),
    refusal("SANDPIT_ENGINE_RECORD_LAYOUT", /Quo\\x1bte: this host knows no such record|Quo.*knows no such/),
  );
});

test("a record that the manifest names and the section does not is refused", () => {
  assert.throws(
    () => loadModule(withRecords({ Quote: recordLayouts.Quote })),
    refusal("SANDPIT_ENGINE_RECORD_LAYOUT", /manifest names Signal/),
  );
});

test("a module without the section, with two, or with one that is no JSON object is refused", () => {
  assert.throws(() => loadModule(described), refusal("SANDPIT_ENGINE_RECORD_LAYOUT", /there is no section/));
  const twice = withCustomSection(withDescription(bare, manifest), "sandpit.records", "{}");
  assert.throws(() => loadModule(twice), refusal("SANDPIT_ENGINE_RECORD_LAYOUT", /more than one/));
  for (const payload of [null, [], "text", 7]) {
    assert.throws(
      () => loadModule(withRecords(payload)),
      refusal("SANDPIT_ENGINE_RECORD_LAYOUT", /no JSON object/),
    );
  }
  const broken = withCustomSection(described, "sandpit.records", "{");
  assert.throws(() => loadModule(broken), refusal("SANDPIT_ENGINE_RECORD_LAYOUT", /not JSON/));
  const long = withCustomSection(described, "sandpit.records", `{"a":"${"x".repeat(65_536)}"}`);
  assert.throws(() => loadModule(long), refusal("SANDPIT_ENGINE_RECORD_LAYOUT", /the limit is 65536/));
});
