import { SecretError } from "./secret-error.ts";

/** Takes the value of a variable out of this process's environment. Throws SecretError where there is none. */
export function takeSecretVariable(name: string, bytesMax: number): Buffer {
  const value = process.env[name];
  Reflect.deleteProperty(process.env, name);
  if (value === undefined || value === "")
    throw new SecretError(
      "ENVIRONMENT_ABSENT",
      `the environment has no ${name}`,
      "set it where the host is started; it is handed over once, so a signer that died takes its host's restart: use a file or a command to do without",
    );
  const bytes = Buffer.from(value, "utf8");
  if (bytes.length <= bytesMax) return bytes;
  bytes.fill(0);
  throw new SecretError("TOO_LONG", `${name} has more than ${bytesMax} bytes`, "a key has a few hundred");
}
