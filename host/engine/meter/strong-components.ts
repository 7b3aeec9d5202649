/**
 * Strongly connected components (Tarjan 1972), callees before callers. With a stack of its own instead of
 * recursion: a hostile module has call chains of 10,000 functions.
 */
export function componentsOf(edges: readonly (readonly number[])[]): number[][] {
  const search = new ComponentSearch(edges);
  for (let node = 0; node < edges.length; node++) search.visit(node);
  return search.components;
}

class ComponentSearch {
  readonly components: number[][] = [];
  readonly #edges: readonly (readonly number[])[];
  readonly #order: Int32Array;
  readonly #low: Int32Array;
  readonly #nextEdge: Int32Array;
  readonly #onStack: Uint8Array;
  readonly #stack: number[] = [];
  readonly #path: number[] = [];
  #visited = 0;

  constructor(edges: readonly (readonly number[])[]) {
    this.#edges = edges;
    this.#order = new Int32Array(edges.length);
    this.#low = new Int32Array(edges.length);
    this.#nextEdge = new Int32Array(edges.length);
    this.#onStack = new Uint8Array(edges.length);
  }

  visit(root: number): void {
    if (this.#order[root] !== 0) return;
    this.#enter(root);
    for (;;) {
      const node = this.#path[this.#path.length - 1];
      if (node === undefined) return;
      const position = this.#nextEdge[node] ?? 0;
      const target = this.#edges[node]?.[position];
      if (target === undefined) this.#leave(node);
      else {
        this.#nextEdge[node] = position + 1;
        if (this.#order[target] === 0) this.#enter(target);
        else if (this.#onStack[target] === 1) this.#lower(node, this.#order[target] ?? 0);
      }
    }
  }

  #enter(node: number): void {
    this.#visited += 1;
    this.#order[node] = this.#visited;
    this.#low[node] = this.#visited;
    this.#onStack[node] = 1;
    this.#stack.push(node);
    this.#path.push(node);
  }

  #leave(node: number): void {
    this.#path.pop();
    const low = this.#low[node] ?? 0;
    const parent = this.#path[this.#path.length - 1];
    if (parent !== undefined) this.#lower(parent, low);
    if (low !== this.#order[node]) return;
    const component = this.#stack.splice(this.#stack.lastIndexOf(node));
    for (const member of component) this.#onStack[member] = 0;
    this.components.push(component);
  }

  #lower(node: number, value: number): void {
    if (value < (this.#low[node] ?? 0)) this.#low[node] = value;
  }
}
