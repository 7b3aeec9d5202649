import type { TradingMode as Mode } from "../../execution/risk/index.ts";
import { rearmOrder, TradingMode } from "../../execution/risk/index.ts";
import type { PluginSlot } from "../../engine/index.ts";
import { instrumentName } from "../../lane/index.ts";
import { auditText } from "../audit/index.ts";
import { modeName } from "../mode-name.ts";
import type { SessionView } from "../session-view.ts";
import { venueWaitsOf } from "../venue-waits.ts";
import type { Actor } from "./actor.ts";
import { ApiProblem } from "./api-problem.ts";

/** What a person wants to trade again. */
export interface RearmWish {
  readonly mode: "ACTIVE" | "REDUCING";
  /** An instrument by its name, as BTCUSDT.BINANCE, or by its symbol where one venue has it. Null: the account. */
  readonly instrument: string | null;
  readonly reason: string;
  /** [C11] Whoever asks has seen that the host was started too often. */
  readonly acknowledgesRestarts?: boolean;
}

/** How things stand after an action. */
export interface ControlState {
  readonly mode: string;
  readonly openOrders: number;
  /** [V13] By venue, only those that keep cancels waiting: how many, and for how long at least. */
  readonly waitingCancels: Readonly<Record<string, { readonly count: number; readonly seconds: number }>>;
}

/**
 * The hand of an operator on a session. It does nothing but give the session inputs, which are journalled like every other one: a replay
 * sees the kill where it was.
 */
export class ControlDesk {
  /** From the end's first step on nobody arms any more. */
  isEnding = false;
  private readonly view: SessionView;

  constructor(view: SessionView) {
    this.view = view;
  }

  /** No order from now on, every open one canceled. Never refused. */
  kill(): ControlState {
    this.view.session.cancelAll(TradingMode.HALTED);
    return this.state();
  }

  /** Every open order canceled; the mode stays, so that agents may order again. */
  cancelAll(): ControlState {
    this.view.session.cancelAll(TradingMode.ACTIVE);
    return this.state();
  }

  /** Throws ApiProblem: the session ends, no such instrument, nothing to relax, or something to be put right first [O4]. */
  rearm(actor: Actor, { mode, instrument, reason, acknowledgesRestarts = false }: RearmWish): ControlState {
    const { modes } = this.view.built;
    if (this.isEnding)
      throw new ApiProblem(
        "SANDPIT_CONTROL_ENDING",
        "the host is stopping",
        "wait for its end, then start it again",
      );
    const index = instrument === null ? null : this.instrumentIndex(instrument);
    const now = (index === null ? modes.account[0] : modes.instrument[index]) ?? TradingMode.HALTED;
    const wanted: Mode = TradingMode[mode];
    if (now <= wanted) {
      const what = instrument ?? "the account";
      throw new ApiProblem(
        "SANDPIT_CONTROL_ALREADY_ARMED",
        `${what} is ${modeName(now)} already, which is no stricter than ${mode}`,
        "nothing to do; `sandpit status` shows the modes, and the strictest counts",
      );
    }
    this.checkReady(index, acknowledgesRestarts);
    if (acknowledgesRestarts) this.view.session.restarts?.acknowledge();
    this.view.session.rearm(wanted, rearmOrder(actor.name, auditText(reason)), index);
    return this.state();
  }

  /** A re-arm that could not be recorded was none. */
  undoRearm(): void {
    this.kill();
    this.view.session.restarts?.withdraw();
  }

  /** Throws ApiProblem where there is no such break. Returns how many are left that nobody has accepted. */
  acceptBreak(actor: Actor, id: number, reason: string): number {
    const { session, built } = this.view;
    if (!session.acceptBreak(id, rearmOrder(actor.name, auditText(reason))))
      throw new ApiProblem(
        "SANDPIT_RECONCILE_BREAK_UNKNOWN",
        `there is no confirmed break ${id}`,
        "take its number from `sandpit reconcile`; one that was seen once only may end by itself",
      );
    const { breaks } = built.lane.parts.reconciler;
    return built.configuration.venues.reduce((count, _, venue) => count + breaks.openCount(venue), 0);
  }

  private instrumentIndex(text: string): number {
    const { configuration } = this.view.built;
    const names = configuration.instruments.map((_, index) => instrumentName(configuration, index));
    const places = configuration.instruments.flatMap(({ symbol }, index) =>
      symbol === text || names[index] === text ? [index] : [],
    );
    const [index] = places;
    if (index !== undefined && places.length === 1) return index;
    const which = index === undefined ? "there is no instrument" : "several venues have the instrument";
    throw new ApiProblem(
      "SANDPIT_CONTROL_INSTRUMENT_UNKNOWN",
      `${which} "${auditText(text)}"`,
      `name one of ${names.join(", ")}`,
    );
  }

  /**
   * Armed with one of these, the host would stop again at the next order, or trade what it cannot record. A stopped codec concerns its own
   * venue's instruments, which are halted by themselves: the account may trade elsewhere while another codec runs.
   */
  private checkReady(instrument: number | null, acknowledgesRestarts: boolean): void {
    const { kill, lane } = this.view.built;
    const refuse = (text: string, remedy: string): never => {
      throw new ApiProblem("SANDPIT_CONTROL_NOT_READY", text, remedy);
    };
    if (Atomics.load(kill, 0) !== 0) refuse("the kill word is set", "restart the host: nothing clears it");
    const { session } = this.view;
    const armRefusal = acknowledgesRestarts ? session.venueRefusal : session.armRefusal;
    if (armRefusal !== null)
      refuse(armRefusal, "put right what it names; `sandpit status` shows how things stand");
    const { refusal } = lane.parts.journal;
    if (refusal !== 0)
      refuse(`the journal refuses with code ${refusal}`, "repair its disk and restart the host");
    const stopped = this.blockingSlots(instrument).find(({ state }) => state !== "running");
    if (stopped !== undefined)
      refuse(
        `the ${stopped.kind} plugin ${stopped.name} is ${stopped.state}: ${stopped.lastFault?.reason ?? "no reason known"}`,
        "release or replace it first, or restart the host",
      );
  }

  /** The plugins of which none may be stopped: every risk rule, and the codec of the instrument, or of all venues while none runs. */
  private blockingSlots(instrument: number | null): PluginSlot[] {
    const { slots, lane, configuration } = this.view.built;
    const rules = slots.filter(({ kind }) => kind === "risk");
    const codecs = lane.parts.venues.map(({ slot }) => slot);
    const venue = instrument === null ? null : configuration.instruments[instrument]?.venueIndex;
    if (venue !== null) return [...codecs.filter((_, index) => index === venue), ...rules];
    return codecs.some(({ state }) => state === "running") ? rules : [...codecs, ...rules];
  }

  private state(): ControlState {
    const { built, session } = this.view;
    const waits = venueWaitsOf(built).flatMap(({ cancelsWaiting: count, cancelsSeconds: seconds }, venue) =>
      count === 0 ? [] : [[built.configuration.venues[venue]?.name ?? "", { count, seconds }] as const],
    );
    return {
      mode: modeName(built.modes.account[0] ?? TradingMode.HALTED),
      openOrders: session.openOrders,
      waitingCancels: Object.fromEntries(waits),
    };
  }
}
