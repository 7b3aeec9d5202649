let code: i32 = 0;

/** Forgets the last frame's refusal. */
export function clearRefusal(): void {
  code = 0;
}

/** Notes why the frame is refused. The first reason stands: later ones may only follow from it. Returns 0, a place that is none. */
export function refuse(reason: i32): usize {
  if (code == 0) code = reason;
  return 0;
}

/** 0, or why the frame is refused. */
export function refusal(): i32 {
  return code;
}
