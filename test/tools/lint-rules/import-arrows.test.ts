import { importArrows } from "../../../tools/lint-rules/import-arrows.ts";
import { ruleTester } from "./rule-tester.ts";

const valid: readonly (readonly [filename: string, code: string])[] = [
  ["host/engine/admission.ts", 'import { Clock } from "../platform/index.ts";'],
  ["host/engine/admission.ts", 'import { Quote } from "../../abi/host/index.ts";'],
  ["host/engine/admission.ts", 'import { inspect } from "./inspect.ts";'],
  ["host/execution/orders/table.ts", 'import { Gate } from "../risk/index.ts"; import "node:assert";'],
  [
    "host/lane/step.hot.ts",
    'import { Book } from "../data/books/index.ts"; import { Gate } from "../execution/risk/index.ts";',
  ],
  ["host/control/api.ts", 'export { Lane } from "../lane/index.ts";'],
  ["host/main.ts", 'import { redis } from "./adapters/redis/index.ts";'],
  ["host/adapters/redis/store.ts", 'import type { FeatureStore } from "../../data/features/index.ts";'],
  ["host/data/books/book.hot.ts", 'import { Feed } from "../feeds/index.ts";'],
  ["sim/binance/session.ts", 'import { Engine } from "../market/index.ts";'],
  ["sim/main.ts", 'import { Engine } from "./market/index.ts";'],
  [
    "cli/main.ts",
    'import { Lane } from "../host/lane/step.hot.ts"; import { Engine } from "../sim/market/engine.ts";',
  ],
  ["test/host/lane/step.test.ts", 'import { Lane } from "../../../host/lane/step.hot.ts";'],
  ["plugins/agents/probe/probe.test.ts", 'import { Lane } from "../../../host/lane/step.hot.ts";'],
  ["abi/generate.ts", 'import { parseSchema } from "./schema/parse.ts";'],
];

const invalid: readonly (readonly [filename: string, code: string, message: RegExp])[] = [
  [
    "host/platform/disk.ts",
    'import { Engine } from "../engine/index.ts";',
    /arrows .* host\/platform\/ import from abi\/host alone/,
  ],
  ["host/engine/swap.ts", 'import { Journal } from "../journal/index.ts";', /arrows/],
  ["host/journal/replay.ts", 'import type { Lane } from "../lane/index.ts";', /arrows/],
  ["host/data/books/book.ts", 'import { Gate } from "../../execution/risk/index.ts";', /arrows/],
  ["host/lane/step.ts", 'import { redis } from "../adapters/redis/index.ts";', /arrows/],
  ["host/adapters/redis/store.ts", 'import { store } from "../../data/features/index.ts";', /arrows/],
  ["host/control/api.ts", 'import { main } from "../main.ts";', /arrows/],
  [
    "host/lane/step.ts",
    'import { Book } from "../data/books/book.hot.ts";',
    /entered through its index: .* host\/data\/books\/index\.ts/,
  ],
  ["host/main.ts", 'import { disk } from "./platform/disk.ts";', /entered through its index/],
  ["host/data/feeds/feed.ts", 'import { Book } from "../books/book.ts";', /entered through its index/],
  [
    "host/engine/inspect.ts",
    'import { Quote } from "../../abi/host/records.ts";',
    /entered through its index/,
  ],
  [
    "host/engine/inspect.ts",
    'import { parse } from "../../abi/schema/parse.ts";',
    /through abi\/host\/ alone/,
  ],
  [
    "host/engine/inspect.ts",
    'import { build } from "../../tools/build-plugins.ts";',
    /not from programs and tests/,
  ],
  ["host/engine/inspect.ts", 'const m = await import("../../sim/market/index.ts");', /not from sim\//],
  ["host/shared/clamp.ts", 'import { x } from "../engine/index.ts";', /no part of the architecture/],
  ["sim/binance/session.ts", 'import { Side } from "../../abi/host/index.ts";', /imports from sim\/ alone/],
  ["sim/binance/session.ts", 'import { Engine } from "../market/engine.ts";', /entered through its index/],
  ["abi/host/index.ts", 'export * from "../../host/engine/index.ts";', /bottom of the architecture/],
  ["host/engine/a.ts", 'type A = import("../lane/index.ts").Lane;', /arrows/],
  ["test/host/engine/a.test.ts", 'import { a } from "../../../host/engine/a.js";', /ends in the extension/],
  ["host/engine/a.ts", 'import { b } from "./b";', /ends in the extension/],
];

ruleTester().run("import arrows", importArrows, {
  valid: valid.map(([filename, code]) => ({ name: `${filename} may: ${code}`, filename, code })),
  invalid: invalid.map(([filename, code, message]) => ({
    name: `${filename} may not: ${code}`,
    filename,
    code,
    errors: [{ message }],
  })),
});
