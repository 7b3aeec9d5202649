import assert from "node:assert/strict";
import { test } from "node:test";
import { SESSION_URI, promisedTokens } from "../../../../../host/execution/gateways/index.ts";
import { TokenStore } from "../../../../../host/execution/gateways/coinbase/token-store.ts";
import { ScriptedWire } from "../../../../support/scripted-wire.ts";

const URI = "POST api.coinbase.com/api/v3/brokerage/orders";

interface Rig {
  readonly wire: ScriptedWire;
  readonly store: TokenStore;
  readonly notices: string[];
  readonly asked: string[];
  fault: string;
}

function rigWith(uris: readonly string[] = [URI]): Rig {
  const wire = new ScriptedWire();
  const [notices, asked]: [string[], string[]] = [[], []];
  const rig = { wire, notices, asked, fault: "" };
  const signer = {
    token: (uri: string, onToken: (token: string) => void, onError: (reason: string) => void): void => {
      asked.push(uri);
      if (rig.fault === "") onToken(`${uri} ${asked.length}`);
      else onError(rig.fault);
    },
  };
  const store = new TokenStore(signer, uris, wire.ports, (_level, text) => notices.push(text));
  return Object.assign(rig, { store });
}

test("a token is made anew when half of its life is gone, so that none is ever waited for", () => {
  const { wire, store, asked } = rigWith();
  assert.equal(store.get(URI), null);
  store.start();
  assert.equal(store.get(URI), `${URI} 1`);
  wire.pass(59e9);
  assert.equal(store.get(URI), `${URI} 1`);
  wire.pass(1e9);
  assert.equal(store.get(URI), `${URI} 2`);
  assert.equal(asked.length, 2);
  assert.equal(store.get("GET elsewhere"), null);
});

test("a token is given to nobody when it is 100 s old, and asked for each second until it comes; that is told once", () => {
  const rig = rigWith([URI, SESSION_URI]);
  rig.store.start();
  rig.fault = "the signer is not running";
  rig.wire.pass(99e9);
  assert.equal(rig.store.get(URI), `${URI} 1`);
  rig.wire.pass(1e9);
  assert.equal(rig.store.get(URI), null);
  assert.equal(rig.notices.length, 2);
  assert.match(rig.notices.join("\n"), /no token for POST .*not running[\s\S]*no token for the user channel/);
  assert.ok(rig.asked.length > 80);
  rig.fault = "";
  rig.wire.pass(1e9);
  assert.notEqual(rig.store.get(URI), null);
});

test("after the end no token is asked for", () => {
  const { wire, store, asked } = rigWith();
  store.start();
  store.stop();
  wire.pass(600e9);
  assert.equal(asked.length, 1);
});

test("a signer that promises its tokens can be used, whatever it rejects with", async () => {
  const outcome = (signer: { token(uri: string): Promise<string> }): Promise<string> =>
    new Promise((resolve) => {
      promisedTokens(signer).token(URI, resolve, (reason) => resolve(`error: ${reason}`));
    });
  assert.equal(await outcome({ token: (uri) => Promise.resolve(`for ${uri}`) }), `for ${URI}`);
  assert.equal(await outcome({ token: () => Promise.reject(new Error("down")) }), "error: down");
});
