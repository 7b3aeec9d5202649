import { hotDialect } from "../../../tools/lint-rules/hot-dialect.ts";
import { ruleTester } from "./rule-tester.ts";

const FILE = "host/lane/step.hot.ts";

const once = [
  "const table = [1, 2].map((x) => x * 2); const names = new Map<string, number>();",
  "class A { readonly a: Float64Array; constructor(n: number) { this.a = new Float64Array(n); for (const x of [1]) { throw new Error(`${x}`); } } }",
  "class A { readonly a = new Float64Array(8); readonly b = { x: 1 }; }",
  "class A { a = 0; step(x: number): number { const y = this.a + x; this.a = y; for (let i = 0; i < 4; i++) if (i === x) return 1; return 0; } }",
  'export function clamp(x: number): number { switch (x) { case 1: return 2; default: return fail("x"); } }',
  "export function read(a: Float64Array, i: number): number { return a[i]! + 1; }",
];

const eachEvent: readonly (readonly [body: string, message: RegExp])[] = [
  ["const f = () => 1;", /a closure/],
  ["const f = function () {};", /a closure/],
  ["function g(): void {}", /a closure/],
  ["try { x; } finally { x; }", /try/],
  ["throw x;", /throw/],
  ["const t = `${x}`;", /template literal/],
  ["const b = 1n;", /BigInt/],
  ["const a = [x];", /array literal/],
  ["const o = {};", /object literal/],
  ["const o = new Foo();", /new/],
  ["f(...x);", /spread/],
  ["const [a] = x;", /array destructuring/],
  ["for (const a of x) a;", /for-of/],
  ["for (const a in x) a;", /for-in/],
  ['const t = x + "s";', /concatenation/],
  ['let t = x; t += "s";', /concatenation/],
  ["const r = /a/;", /regular expression/],
  ["x.map(y);", /\.map\(\)/],
  ["x.filter(y);", /\.filter\(\)/],
  ["x.forEach(y);", /\.forEach\(\)/],
  ["x.slice(1);", /\.slice\(\)/],
  ["x.subarray(1);", /\.subarray\(\)/],
  ["x.push(1);", /\.push\(\)/],
];

const whole: readonly (readonly [code: string, message: RegExp])[] = [
  ["export async function f(): Promise<void> {}", /async function/],
  ["export function* f(): Generator<void> {}", /generator/],
  ["class A { async step(): Promise<void> {} }", /async function/],
  ["class A { readonly m: Map<string, number>; }", /field of type Map/],
  ["class A { readonly m = new Set(); }", /field of type Set/],
  ["class A { f: () => number; constructor() { this.f = () => { throw 1; }; } }", /throw/],
];

ruleTester().run("hot dialect", hotDialect, {
  valid: [
    ...once.map((code) => ({ name: `a hot file may: ${code}`, filename: FILE, code })),
    ...eachEvent.map(([body]) => ({
      name: `a cold file may: ${body}`,
      filename: "host/lane/step.ts",
      code: `class A { step(x: any, y: any): void { ${body} } }`,
    })),
  ],
  invalid: [
    ...eachEvent.map(([body, message]) => ({
      name: `a hot method may not: ${body}`,
      filename: FILE,
      code: `class A { step(x: any, y: any): void { ${body} } }`,
      errors: [{ message }],
    })),
    ...whole.map(([code, message]) => ({
      name: `a hot file may not: ${code}`,
      filename: FILE,
      code,
      errors: [{ message }],
    })),
  ],
});
