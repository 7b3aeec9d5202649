import type { PluginKind } from "../../tools/plugin-build/plugin-source.ts";

/**
 * Where a test tells a puppet what to do, in the part of its memory that neither host nor plugin uses:
 *
 * ```
 *   768 │ deed u32 │ template u32 (0: any) │ script bytes u32 │ keep u32 │ the records to write … │
 *  2048 │ bytes logged u32 │ (unused) │ records received, header and block … │ 4096
 * ```
 */
export const Puppet = {
  deed: 768,
  template: 772,
  scriptBytes: 776,
  keep: 780,
  script: 784,
  logBytes: 2048,
  log: 2056,
  logEnd: 4096,
} as const;

/** What a puppet can do besides writing records. */
export const Deed = {
  NONE: 0,
  LOOP: 1,
  RECURSE: 2,
  WRITE_OUT_OF_BOUNDS: 3,
  ABORT: 4,
  UNREACHABLE: 5,
  DIVIDE_BY_ZERO: 6,
  FORGE_ABORT_MESSAGE: 7,
  CONVERT_NAN: 8,
  BAD_INDIRECT_CALL: 9,
  SPOIL_CONTROL_BLOCK: 10,
  /** A venue alone: refuses the frame with the code -5. */
  REFUSE: 11,
} as const;

const bases: Readonly<Record<PluginKind, readonly [base: string, register: string, abstracts: string]>> = {
  venue: [
    "Venue",
    "registerVenue",
    "onFrame(frame: Frame, start: usize, lengthBytes: u32): i32 { return 0; }\n  onOrder(command: OrderCommand): i32 { return 0; }",
  ],
  feature: ["Feature", "registerFeature", ""],
  agent: ["Agent", "registerAgent", ""],
  ensemble: ["Ensemble", "registerEnsemble", "onPool(pool: SignalPool): void {}"],
  risk: ["RiskRule", "registerRiskRule", "onCheck(check: RiskCheck): void {}"],
};

/** What a puppet does with no script: as little as lets the rest of a lane work. */
const defaults: Readonly<Record<PluginKind, string>> = {
  // A frame is the records to emit; an order's bytes are its command.
  venue: `
    if (template == 3) copyOut(block + 8, load<u32>(block));
    if (template == 32) {
      const room = reserve(80, 33, 8);
      store<u32>(room, 72);
      store<u32>(room, load<u32>(block, 32), 4);
      memory.copy(room + 8, block, 72);
    }`,
  feature: `
    if (template == 10) {
      const update = emit<FeatureUpdate>(20);
      update.value = <f64>load<i64>(block, 16);
      update.instrumentId = load<u32>(block, 48);
    }`,
  agent: "",
  ensemble: `
    if (template == 23) {
      const combined = emit<CombinedSignal>(24);
      combined.score = load<f64>(block, 32);
      combined.confidence = load<f64>(block, 40);
      combined.timeToLiveNs = 1000000000;
      combined.instrumentId = load<u32>(block, 16);
    }`,
  risk: "if (template == 40) emit<RiskVerdict>(41);",
};

/** AssemblyScript of a puppet of one kind: does what a test wrote into its memory. */
export function puppetSource(kind: PluginKind): string {
  const [base, register, abstracts] = bases[kind];
  const isVenue = kind === "venue";
  const signature = isVenue
    ? "dispatch(template: u32, lengthBytes: u32): i32"
    : "dispatch(template: u32): void";
  return `import * as kit from "abi/assembly";
import { ${base}, ${register}, CombinedSignal, FeatureUpdate, Frame, OrderCommand, RiskCheck, RiskVerdict, SignalPool, emit, reserve } from "abi/assembly";

function copyOut(start: usize, lengthBytes: u32): void {
  if (lengthBytes < 8) return;
  const block = reserve(lengthBytes - 8, 0, 0);
  memory.copy(block - 8, start, lengthBytes);
}

function recurse(depth: u32): u32 {
  return depth == 0xffff_ffff ? 0 : recurse(depth + 1) + load<u32>(depth & 1023);
}

const one: () => i32 = () => 1;

function misbehave(deed: u32): void {
  const zero = load<u32>(4088);
  if (deed == 1) { while (true) store<u32>(4084, load<u32>(4084) + 1); }
  if (deed == 2) store<u32>(4084, recurse(0));
  if (deed == 3) store<u32>(0xffff_fff0, 1);
  if (deed == 4) assert(zero == 1, "on purpose \\u001b[31m${"x".repeat(600)}");
  if (deed == 5) unreachable();
  if (deed == 6) store<u32>(4084, 7 / zero);
  if (deed == 7) { store<u32>(32, 0xffff_fff8); store<u32>(36, 3); unreachable(); }
  if (deed == 8) store<i32>(4084, <i32>(0.0 / <f64>zero));
  if (deed == 9) store<i32>(4084, one() + call_indirect<i32>(zero + 0x7fff));
  if (deed == 10) memory.fill(0, 0xff, 96);
}

function log(block: usize, lengthBytes: u32): void {
  const used = load<u32>(2048);
  const bytes: u32 = (8 + lengthBytes + 7) & ~7;
  if (used + bytes > 2040) return;
  memory.copy(2056 + used, block - 8, bytes);
  store<u32>(2048, used + bytes);
}

class Puppet extends ${base} {
  ${abstracts}
  ${signature} {
    const block: usize = kit.INBOX_OFFSET + kit.HEADER_BYTES;
    log(block, load<u16>(kit.INBOX_OFFSET));
    const wanted = load<u32>(772);
    const deed = load<u32>(768);
    const bytes = load<u32>(776);
    if ((wanted == 0 || wanted == template) && (deed != 0 || bytes != 0)) {
      copyOut(784, bytes);
      if (load<u32>(780) == 0) { store<u32>(768, 0); store<u32>(776, 0); }
      misbehave(deed);
      return${isVenue ? " deed == 11 ? -5 : 0" : ""};
    }
    ${defaults[kind]}
    ${isVenue ? "return 0;" : ""}
  }
}

${register}(new Puppet());
`;
}
