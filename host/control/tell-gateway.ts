import type { Channel, Gateway } from "../execution/gateways/index.ts";
import type { Lane } from "../lane/index.ts";
import { EffectKind } from "../lane/index.ts";

/** Carries out an effect that sends nothing of an order's: what the gateway itself is to do with its connections. */
export function tellGateway(gateway: Gateway | undefined, effects: Lane["effects"], index: number): void {
  const kind = effects.kind(index);
  if (kind === EffectKind.WANT_SNAPSHOT) gateway?.requestSnapshot(effects.a(index));
  else if (kind === EffectKind.SESSION_REPLY)
    gateway?.onSessionReply(effects.a(index), effects.b(index), effects.offset(index));
  else if (kind === EffectKind.SERVER_SHUTDOWN) gateway?.onServerShutdown();
  else if (kind === EffectKind.RESUBSCRIBE) gateway?.resubscribe(effects.a(index) as Channel);
  else if (kind === EffectKind.STREAM_END) gateway?.onStreamEnd?.();
  else if (kind === EffectKind.MEASURE_CLOCK) gateway?.measureClock?.();
}
