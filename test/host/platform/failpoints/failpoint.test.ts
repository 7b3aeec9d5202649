import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import {
  armFailpoint,
  Failpoint,
  failpoint,
  FailpointError,
  failpointNames,
} from "../../../../host/platform/failpoints/index.ts";

afterEach(() => {
  armFailpoint("development", "");
});

test("the named place kills, once, and no other does", () => {
  let deaths = 0;
  armFailpoint("development", "order-sent", () => (deaths += 1));
  failpoint(Failpoint.INTENT_COMMITTED);
  assert.equal(deaths, 0);
  failpoint(Failpoint.ORDER_SENT);
  failpoint(Failpoint.ORDER_SENT);
  assert.equal(deaths, 1);
});

test("a count behind the name lets the place be passed before", () => {
  let deaths = 0;
  armFailpoint("development", "fill-applied:3", () => (deaths += 1));
  for (let pass = 1; pass <= 3; pass++) {
    failpoint(Failpoint.FILL_APPLIED);
    assert.equal(deaths, pass === 3 ? 1 : 0);
  }
});

test("the place of each name is the one that it is called by", () => {
  const places = Object.values(Failpoint);
  assert.deepEqual(
    places,
    places.map((_, index) => index + 1),
  );
  for (const [index, name] of failpointNames().entries()) {
    let deaths = 0;
    armFailpoint("development", name, () => (deaths += 1));
    for (const place of places) failpoint(place);
    assert.equal(deaths, 1, name);
    assert.equal(places[index], index + 1);
  }
});

test("an unknown name, a count of nothing, and any environment but development are refused with the remedy", () => {
  for (const text of ["order_sent", "nowhere", "order-sent:0", "order-sent:x", "order-sent:-1"])
    assert.throws(() => armFailpoint("development", text), /name one of input-taken/, text);
  for (const environment of ["production", "staging"])
    assert.throws(
      () => armFailpoint(environment, "order-sent"),
      (error: unknown) => error instanceof FailpointError && /unset it/.test(error.message),
    );
  armFailpoint("production", undefined);
});
