import type { PluginKind } from "../../abi/host/index.ts";
import { INBOX_OFFSET } from "../../abi/host/index.ts";
import type { AdmissionCode, EngineErrorCode } from "../../host/engine/index.ts";
import type { BuilderFunction, BuilderParts } from "../host/engine/module-builder.ts";
import { exportTypes, I32 } from "../host/engine/module-builder.ts";
import { encodeRecord } from "../../tools/plugin-kit/record-encoder.ts";
import { baseOf, outboxOf, requestOf, signedPlugin } from "./hostile-desk.ts";
import type { PluginOptions } from "./hostile-desk.ts";
import type { HostileCase } from "./hostile-case.ts";
import {
  after,
  answers,
  END,
  i32,
  lays,
  returns,
  returnsZero,
  spins,
  store32,
  UNREACHABLE,
} from "./plugin-code.ts";

type Code = AdmissionCode | EngineErrorCode;

function trial(name: string, fault: string, code: Code, options: PluginOptions): HostileCase {
  return { name, fault, step: "trial", code, request: () => requestOf(signedPlugin(options)) };
}

/** A plugin whose init is that. */
function initialised(code: readonly number[], more: BuilderParts = {}): PluginOptions {
  const functions: readonly BuilderFunction[] = [{ type: 0, code }];
  return {
    parts: {
      ...more,
      functions,
      exports: [
        ["init", 0, 2],
        ["handle", 0, 1],
      ],
    },
  };
}

function faults(
  name: string,
  fault: string,
  code: Code,
  ...instructions: readonly (readonly number[])[]
): HostileCase {
  return trial(name, fault, code, { handle: after(...instructions) });
}

function traps(name: string, fault: string, ...instructions: readonly (readonly number[])[]): HostileCase {
  return faults(name, fault, "SANDPIT_ADMISSION_TRIAL_TRAP", ...instructions);
}

function writes(
  name: string,
  fault: string,
  code: Code,
  kind: PluginKind,
  ...records: readonly Uint8Array[]
): HostileCase {
  return trial(name, fault, code, { kind, handle: answers(outboxOf(kind), ...records) });
}

function value(name: string, kind: PluginKind, record: Uint8Array, fault = "P9"): HostileCase {
  return writes(name, fault, "SANDPIT_ADMISSION_TRIAL_VALUE", kind, record);
}

function garbage(name: string, kind: PluginKind, record: Uint8Array, fault = "P8"): HostileCase {
  return writes(name, fault, "SANDPIT_ADMISSION_TRIAL_OUTPUT", kind, record);
}

/** A plugin that says that it restores its own state, with that code in `snapshot` and `restore`. */
export function stateful(
  snapshot: readonly number[],
  restore: readonly number[],
  restores: readonly number[] = [3],
): PluginOptions {
  return {
    manifest: { state: { version: 3, restores } },
    parts: {
      types: [...exportTypes, [[I32], [I32]]],
      functions: [
        { type: 2, code: snapshot },
        { type: 3, code: restore },
      ],
      exports: [
        ["init", 0, 0],
        ["handle", 0, 1],
        ["snapshot", 0, 2],
        ["restore", 0, 3],
      ],
    },
  };
}

const unrestored = "SANDPIT_ENGINE_HAND_OVER";

const good = { score: 0.5, confidence: 1, timeToLiveNs: 1_000_000_000, instrumentId: 1 };
const signal = encodeRecord("Signal", good);
const combined = encodeRecord("CombinedSignal", good);
const verdict = encodeRecord("RiskVerdict", {});
const intent = {
  price: 100,
  quantity: 1,
  instrumentId: 1,
  tag: 1,
  action: 1,
  side: 1,
  orderType: 2,
  timeInForce: 1,
} as const;
const beyond = 2n ** 60n;

/** A record with a 16- or 32-bit word of it replaced. */
function with16(record: Buffer, offset: number, word: number): Buffer {
  const copy = Buffer.from(record);
  copy.writeUInt16LE(word, offset);
  return copy;
}

function with32(record: Buffer, offset: number, word: number): Buffer {
  const copy = Buffer.from(record);
  copy.writeUInt32LE(word, offset);
  return copy;
}

const bookDelta = encodeRecord("BookDelta", { instrumentId: 1, bids: [{ price: 1n, size: 1n }], asks: [] });
const frame = encodeRecord("OutboundFrame", { lengthBytes: 8 }, new Uint8Array(8));
const recursion: readonly BuilderFunction[] = [
  { type: 1, code: [0x20, 0, 0x20, 1, 0x10, 2, ...i32(1), 0x6a, END] },
];
const base = baseOf("agent");
const nan = [0x44, 0, 0, 0, 0, 0, 0, 0xf8, 0x7f];

/** Plugins that look well, and misbehave when they run. */
export const trialCases: readonly HostileCase[] = [
  trial("an init that does not end", "P2", "SANDPIT_ENGINE_INIT_FAULT", initialised([...spins, END])),
  trial("an init that calls itself", "P3", "SANDPIT_ENGINE_INIT_FAULT", initialised([0x10, 2, 0x10, 2, END])),
  trial("an init that traps", "P13", "SANDPIT_ENGINE_INIT_FAULT", initialised([UNREACHABLE, END])),
  trial(
    "an init that overwrites the host's words",
    "P22",
    "SANDPIT_ENGINE_INIT_FAULT",
    initialised([...store32(64, 0), END]),
  ),
  trial("table entries that do not fit", "P6", "SANDPIT_ENGINE_INSTANTIATE_FAILED", {
    parts: { table: [0x70, 1, 1, 1], elements: [[0, 0x41, 5, END, 1, 1]] },
  }),
  trial("a snapshot that does not end", "P1", unrestored, stateful([...spins, ...returns(8)], returns(0))),
  trial("a snapshot beyond the outbox", "P7", unrestored, stateful(returns(16_392), returns(0))),
  trial("a snapshot of a negative length", "P7", unrestored, stateful(returns(-1), returns(0))),
  trial("a restore that traps", "P13", unrestored, stateful(returns(8), [UNREACHABLE, END])),
  trial("a restore that does not know its own state", "P13", unrestored, stateful(returns(8), returns(-1))),
  faults("a handle that does not end", "P1", "SANDPIT_ADMISSION_TRIAL_GAS", spins),
  faults("a handle that grows until it succeeds", "P4", "SANDPIT_ADMISSION_TRIAL_GAS", [
    ...[0x03, 0x40, ...i32(1), 0x40, 0, ...i32(-1), 0x46, 0x0d, 0, END],
  ]),
  faults("a handle that fills four gigabytes", "P1", "SANDPIT_ADMISSION_TRIAL_GAS", [
    ...i32(base),
    ...i32(0),
    ...i32(-1),
    ...[0xfc, 11, 0],
  ]),
  trial("a handle that calls itself", "P3", "SANDPIT_ADMISSION_TRIAL_DEPTH", {
    handle: [0x20, 0, 0x20, 1, 0x10, 2, END],
    parts: { functions: recursion },
  }),
  traps("unreachable", "P13", [UNREACHABLE]),
  traps("a load far out of bounds", "P8", i32(-8), [0x28, 2, 0, 0x1a]),
  traps(
    "a store whose address and offset overflow",
    "P8",
    i32(-1),
    i32(1),
    [0x36, 2, 0xff, 0xff, 0xff, 0xff, 0x0f],
  ),
  traps("a division by zero", "P13", i32(1), i32(0), [0x6d, 0x1a]),
  traps("the one division that overflows", "P13", i32(-2_147_483_648), i32(-1), [0x6d, 0x1a]),
  traps("NaN as a price", "P9", nan, [0xb0, 0x1a]),
  trial("an indirect call of nothing", "P13", "SANDPIT_ADMISSION_TRIAL_TRAP", {
    handle: after([...i32(0), 0x11, 0, 0]),
    parts: { table: [0x70, 1, 1, 1] },
  }),
  trial("an indirect call of another type", "P13", "SANDPIT_ADMISSION_TRIAL_TRAP", {
    handle: after([...i32(0), 0x11, 0, 0]),
    parts: { table: [0x70, 1, 1, 1], elements: [[0, 0x41, 0, END, 1, 1]] },
  }),
  traps("an abort whose message is four gigabytes long", "P21", store32(base, -1), store32(32, base + 4), [
    UNREACHABLE,
  ]),
  trial("a trap after two hundred good events", "P13", "SANDPIT_ADMISSION_TRIAL_TRAP", {
    handle: [
      ...[...i32(base), ...i32(base), 0x28, 2, 0, ...i32(1), 0x6a, 0x36, 2, 0],
      ...[...i32(base), 0x28, 2, 0, ...i32(200), 0x4b, 0x04, 0x40, UNREACHABLE, END],
      ...returnsZero,
    ],
  }),
  faults("the guard words overwritten", "P22", "SANDPIT_ADMISSION_TRIAL_GUARD", store32(64, 0)),
  faults("the inbox moved", "P22", "SANDPIT_ADMISSION_TRIAL_GUARD", store32(8, 0)),
  trial("a length beyond the outbox", "P7", "SANDPIT_ADMISSION_TRIAL_OUTPUT", { handle: returns(16_392) }),
  trial("a length that is no multiple of eight", "P7", "SANDPIT_ADMISSION_TRIAL_OUTPUT", {
    handle: returns(12),
  }),
  trial("a negative length", "P7", "SANDPIT_ADMISSION_TRIAL_OUTPUT", { handle: returns(-8) }),
  trial("the code of a fault as the length", "P7", "SANDPIT_ADMISSION_TRIAL_OUTPUT", {
    kind: "venue",
    handle: returns(-1_001),
  }),
  garbage("zeros instead of records", "agent", new Uint8Array(16)),
  garbage("a header alone", "agent", signal.subarray(0, 8)),
  garbage("a record of the largest length", "agent", with16(signal, 0, 0xffff)),
  garbage("a verdict that is too short to have a code", "risk", with16(verdict, 0, 8)),
  garbage("a block of no whole words", "agent", with16(signal, 0, 41)),
  garbage("a record that nobody has", "agent", with16(signal, 2, 63)),
  garbage("four billion book levels", "venue", with32(bookDelta, 44, 0xffff_ffff)),
  garbage("book levels of no size", "venue", with16(bookDelta, 40, 0)),
  garbage("a message of four gigabytes", "venue", with32(frame, 8, 0xffff_fff8)),
  writes("a message to the venue from an agent", "P11", "SANDPIT_ADMISSION_TRIAL_RECORD", "agent", frame),
  writes("a verdict from a feature", "P11", "SANDPIT_ADMISSION_TRIAL_RECORD", "feature", verdict),
  trial("a rule that says nothing", "P13", "SANDPIT_ADMISSION_TRIAL_RECORD", { kind: "risk" }),
  writes("a rule that says two things", "P10", "SANDPIT_ADMISSION_TRIAL_RECORD", "risk", verdict, verdict),
  writes(
    "an ensemble of two opinions",
    "P10",
    "SANDPIT_ADMISSION_TRIAL_RECORD",
    "ensemble",
    combined,
    combined,
  ),
  writes(
    "a flood of signals",
    "P10",
    "SANDPIT_ADMISSION_TRIAL_COUNT",
    "agent",
    ...new Array<Buffer>(17).fill(signal),
  ),
  value("a score of NaN", "agent", encodeRecord("Signal", { ...good, score: Number.NaN })),
  value("a score of infinity", "agent", encodeRecord("Signal", { ...good, score: Number.POSITIVE_INFINITY })),
  value("a score of 1e300", "agent", encodeRecord("Signal", { ...good, score: 1e300 })),
  value("a confidence below zero", "agent", encodeRecord("Signal", { ...good, confidence: -0.5 })),
  value("a signal for ever", "agent", encodeRecord("Signal", { ...good, timeToLiveNs: 2n ** 62n })),
  value(
    "a signal on an instrument that is not there",
    "agent",
    encodeRecord("Signal", { ...good, instrumentId: 7 }),
    "P11",
  ),
  value("a feature of NaN", "feature", encodeRecord("FeatureUpdate", { value: Number.NaN, instrumentId: 1 })),
  value(
    "a feature of minus infinity",
    "feature",
    encodeRecord("FeatureUpdate", { value: Number.NEGATIVE_INFINITY, instrumentId: 1 }),
  ),
  value(
    "a feature that another plugin writes",
    "feature",
    encodeRecord("FeatureUpdate", { value: 1, instrumentId: 1, output: 1 }),
    "P11",
  ),
  value("a weight of NaN", "ensemble", encodeRecord("CombinedSignal", { ...good, weights: [Number.NaN] })),
  value("a combined score beyond one", "ensemble", encodeRecord("CombinedSignal", { ...good, score: 1.5 })),
  value("an order of an unknown action", "agent", encodeRecord("OrderIntent", { ...intent, action: 9 })),
  value(
    "a replace below zero",
    "agent",
    encodeRecord("OrderIntent", { instrumentId: 1, tag: 1, action: 3, price: -1 }),
  ),
  value(
    "a replace on an instrument that it was not shown",
    "agent",
    encodeRecord("OrderIntent", { tag: 1, action: 3, price: 1 }),
  ),
  value("an order on no side", "agent", encodeRecord("OrderIntent", { ...intent, side: 0 })),
  value("an order of no type", "agent", encodeRecord("OrderIntent", { ...intent, orderType: 0 })),
  value(
    "an order of an unknown time in force",
    "agent",
    encodeRecord("OrderIntent", { ...intent, timeInForce: 2 }),
  ),
  value("a price beyond 2^53", "agent", encodeRecord("OrderIntent", { ...intent, price: beyond })),
  value("a negative quantity", "agent", encodeRecord("OrderIntent", { ...intent, quantity: -1 })),
  value(
    "a cancel on an instrument that is not there",
    "agent",
    encodeRecord("OrderIntent", { ...intent, action: 2, instrumentId: 0 }),
    "P11",
  ),
  value("a verdict of an impossible code", "risk", encodeRecord("RiskVerdict", { code: 1_000_000_000 })),
  value("a trade of a negative size", "venue", encodeRecord("Trade", { price: 1, size: -1 })),
  value("a quote of a negative price", "venue", encodeRecord("Quote", { bidPrice: -1 })),
  value(
    "a book level beyond 2^53",
    "venue",
    encodeRecord("BookDelta", { bids: [], asks: [{ price: beyond, size: 1n }] }),
  ),
  value("an empty message to the venue", "venue", encodeRecord("OutboundFrame", {})),
  {
    name: "a signal that depends on what lies behind its input",
    fault: "P17",
    step: "determinism",
    code: "SANDPIT_ADMISSION_NOT_DETERMINISTIC",
    request: () => requestOf(signedPlugin({ handle: leaking() })),
  },
];

/** Writes a signal whose score has, as its lowest byte, one that is not of the input. */
function leaking(): number[] {
  const outbox = outboxOf("agent");
  return [
    ...lays(outbox, signal),
    ...[...i32(outbox + 8), ...i32(INBOX_OFFSET + 1_000), 0x2d, 0, 0, 0x3a, 0, 0],
    ...i32(signal.length),
    END,
  ];
}
