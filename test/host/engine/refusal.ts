import { EngineError } from "../../../host/engine/index.ts";
import type { EngineErrorCode } from "../../../host/engine/index.ts";

/** For `assert.throws`: an EngineError of this code whose text matches. */
export function refusal(code: EngineErrorCode, text: RegExp = /./): (error: unknown) => boolean {
  return (error) => {
    if (!(error instanceof EngineError)) return false;
    if (error.code === code && text.test(error.message)) return true;
    throw new Error(`expected ${code} ${text.source}, got ${error.code}: ${error.message}`);
  };
}
