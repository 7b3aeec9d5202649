import type { LaneConfiguration } from "../../lane/index.ts";
import type { FoldInstrument } from "./folded-positions.ts";
import type { Holder } from "./opening.ts";
import { OpeningError } from "./opening.ts";

/** Names behind the numbers of one session's records. */
export class SessionNames {
  private readonly agents: readonly string[];
  private readonly instruments = new Map<number, FoldInstrument>();
  private readonly assets = new Map<number, { readonly code: string; readonly exponent: number }>();

  constructor({ agents, instruments, venues, assets }: LaneConfiguration) {
    this.agents = agents.map(({ name }) => name);
    for (const instrument of instruments)
      this.instruments.set(instrument.instrumentId, {
        ...instrument,
        venue: venues[instrument.venueIndex]?.name ?? "",
      });
    for (const { assetId, code, exponent } of assets) this.assets.set(assetId, { code, exponent });
  }

  /** The place behind the last agent is the host, and that behind the account whoever else trades on it. */
  holder(agent: number): Holder {
    if (agent === this.agents.length + 2) return "external";
    const name = this.agents[agent];
    return name === undefined ? "host" : `agent:${name}`;
  }

  /** Throws OpeningError for an instrument that the session did not have. */
  instrument(instrumentId: number): FoldInstrument {
    const instrument = this.instruments.get(instrumentId);
    if (instrument === undefined)
      throw new OpeningError(
        `the journal has a record of instrument ${instrumentId}, which its configuration does not have; it was written by another program`,
      );
    return instrument;
  }

  asset(assetId: number): { readonly code: string; readonly exponent: number } | null {
    return this.assets.get(assetId) ?? null;
  }
}
