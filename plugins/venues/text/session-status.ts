import { SessionStatus, emit } from "abi/assembly";

/** One control message for the host. */
export function emitStatus(state: u8, requestId: u32, errorCode: i32): void {
  const record = emit<SessionStatus>(SessionStatus.TEMPLATE_ID);
  record.requestId = requestId;
  record.errorCode = errorCode;
  record.state = state;
}
