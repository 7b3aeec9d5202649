import type { FaultPlan } from "../world/fault-plan.ts";
import { faultKinds, isSurvivedAt } from "../world/fault-kind.ts";
import type { Complain, Judge, JudgedWorld } from "./judge.ts";

const REDUCING = 2;

/** What the host promises to survive trades on: no restriction but by hand, in a world where nothing worse happens. */
export class HaltJudge implements Judge {
  readonly name = "halts";
  private readonly world: JudgedWorld;
  private readonly complain: Complain;
  private readonly isMild: boolean;

  constructor(world: JudgedWorld, complain: Complain, { meanSeconds, venues }: FaultPlan) {
    this.world = world;
    this.complain = complain;
    this.isMild = faultKinds.every((kind) => isSurvivedAt(kind, venues) || !(kind in meanSeconds));
  }

  look(): void {
    const { life, venues } = this.world;
    if (!this.isMild || life === null || life.isEnding) return;
    const { instrument } = life.host.built.modes;
    for (let index = 0; index < venues.length; index++)
      if ((instrument[index] ?? 0) > REDUCING)
        this.complain(this.name, `venue ${index} is restricted, and nothing has happened that asks for it`);
  }
}
