export { NodeResidentPrograms } from "./node-resident-programs.ts";
export type { ParentLine } from "./parent-line.ts";
export { openParentLine } from "./parent-line.ts";
export { withPrivateFile } from "./private-file.ts";
export { answerProgram, programInput } from "./program-channel.ts";
export type { ProgramLimits, ProgramOutcome, Programs } from "./program.ts";
export { NodePrograms } from "./node-programs.ts";
export type {
  ResidentLimits,
  ResidentListener,
  ResidentProgram,
  ResidentPrograms,
} from "./resident-program.ts";
