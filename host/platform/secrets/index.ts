export type { SecretCode } from "./secret-error.ts";
export { SecretError } from "./secret-error.ts";
export type { SecretCommand } from "./secret-command.ts";
export { readSecretCommand } from "./secret-command.ts";
export { takeSecretVariable } from "./secret-environment.ts";
export { readSecretFile } from "./secret-file.ts";
