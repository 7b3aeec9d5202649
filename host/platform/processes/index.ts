export { withPrivateFile } from "./private-file.ts";
export { answerProgram, programInput } from "./program-channel.ts";
export type { ProgramLimits, ProgramOutcome, Programs } from "./program.ts";
export { NodePrograms } from "./node-programs.ts";
