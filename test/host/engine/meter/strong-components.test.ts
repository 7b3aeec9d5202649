import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { componentsOf } from "../../../../host/engine/meter/strong-components.ts";

/** Nodes that `from` reaches, by the plainest search. */
function reachable(edges: readonly (readonly number[])[], from: number): Set<number> {
  const seen = new Set<number>();
  const open = [...(edges[from] ?? [])];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (seen.has(node)) continue;
    seen.add(node);
    open.push(...(edges[node] ?? []));
  }
  return seen;
}

test("two nodes share a component exactly when each reaches the other, and callees come first", () => {
  const graph = fc.integer({ min: 1, max: 12 }).chain((size) => {
    const node = fc.integer({ min: 0, max: size - 1 });
    return fc.array(fc.array(node, { maxLength: 4 }), { minLength: size, maxLength: size });
  });
  const property = fc.property(graph, (edges) => {
    const components = componentsOf(edges);
    const position = new Map(
      components.flatMap((members, index) => members.map((node) => [node, index] as const)),
    );
    assert.equal(position.size, edges.length);
    const reaches = edges.map((_targets, node) => reachable(edges, node));
    edges.forEach((_targets, left) => {
      edges.forEach((_others, right) => {
        const mutual =
          left === right || (reaches[left]?.has(right) === true && reaches[right]?.has(left) === true);
        assert.equal(position.get(left) === position.get(right), mutual);
        if (reaches[left]?.has(right) === true) {
          assert.ok((position.get(right) ?? 0) <= (position.get(left) ?? 0));
        }
      });
    });
  });
  fc.assert(property, { verbose: 1 });
});

test("[P3] a call chain of 10,000 functions does not overflow the search itself", () => {
  const edges = Array.from({ length: 10_000 }, (_, index) => (index === 9_999 ? [] : [index + 1]));
  assert.equal(componentsOf(edges).length, 10_000);
});
