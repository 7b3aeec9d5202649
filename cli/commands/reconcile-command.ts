import { acceptBreakRoute, reconcileRoute } from "../../host/control/api/index.ts";
import type { ReconcileView } from "../../host/control/api/index.ts";
import { UsageError } from "../console/command-error.ts";
import type { Command } from "../console/command.ts";
import { ControlClient } from "../control/control-client.ts";
import { controlTarget, targetOptions } from "../control/control-target.ts";
import { textTable } from "../control/text-table.ts";

export const reconcileCommand: Command = {
  name: "reconcile",
  summary: "Shows how far a running host and its venues agree: doubts, breaks, orders of others.",
  options: {
    ...targetOptions,
    accept: { value: "BREAK", help: "takes what the venue says as true in the break of that number" },
    reason: { value: "TEXT", help: "why that is so; recorded" },
  },
  run: async (given) => {
    const client = new ControlClient(controlTarget(given));
    const id = given.text("accept");
    if (id !== undefined) {
      const reason = given.text("reason");
      if (reason === undefined)
        throw new UsageError("a break is accepted with a reason", 'write --reason "what has happened"');
      if (!/^[1-9]\d*$/.test(id))
        throw new UsageError(`there is no break "${id}"`, "take its number from `sandpit reconcile`");
      const accepted = await client.call(acceptBreakRoute, { id: Number(id), reason });
      process.stdout.write(
        given.has("json")
          ? `${JSON.stringify(accepted)}\n`
          : `accepted; ${accepted.open} breaks are open (audit record ${String(accepted.auditSequence)})\n`,
      );
      return 0;
    }
    const view = await client.call(reconcileRoute, {});
    process.stdout.write(given.has("json") ? `${JSON.stringify(view)}\n` : reconcileText(view));
    return view.venues.every(({ state, canBeAsked }) => !canBeAsked || state === "RECONCILED") ? 0 : 1;
  },
};

/** The view as tables; empty ones are left out. */
export function reconcileText(view: ReconcileView): string {
  const { venues, breaks, external, externalUnlisted, found, positions } = view;
  const parts = [
    textTable(
      ["VENUE", "STATE", "LINE", "ROUNDS", "DOUBTS"],
      venues.map(({ venue, canBeAsked, state, isLineUp, isAsking, rounds, doubts }) => [
        venue,
        canBeAsked ? `${state}${isAsking ? " (asking)" : ""}` : "cannot be asked",
        isLineUp ? "up" : "down",
        String(rounds),
        doubts.length === 0 ? "none" : doubts.join(" "),
      ]),
    ),
  ];
  if (breaks.length > 0)
    parts.push(
      textTable(
        ["BREAK", "CODE", "VENUE", "ABOUT", "ORDER", "WE SAY", "OTHER SAYS", "SINCE", ""],
        breaks.map((one) => [
          String(one.id),
          one.code,
          one.venue,
          one.about,
          `${one.clientOrderId ?? ""}${one.tradeId === null ? "" : ` trade ${one.tradeId}`}`.trim(),
          one.ours,
          one.theirs,
          `${Math.round(one.ageSeconds)} s`,
          one.isAccepted ? "accepted" : one.isConfirmed ? "" : "seen once",
        ]),
      ),
    );
  if (external.length > 0)
    parts.push(
      textTable(
        ["ORDER OF ANOTHER", "OWNER", "VENUE", "SYMBOL", "SIDE", "PRICE", "QUANTITY", "FILLED"],
        external.map((one) => [
          one.venueOrderId,
          one.owner,
          one.venue,
          one.symbol,
          one.side,
          one.price,
          one.quantity,
          one.cumQty,
        ]),
      ),
    );
  for (const { venue, symbol, side } of externalUnlisted)
    parts.push(
      `more orders of others than are listed: ${side} of ${symbol} at ${venue} counts as unlimited until they are fewer\n`,
    );
  if (positions !== null) parts.push(`${positionsText(positions)}\n`);
  const counts = Object.entries(found)
    .filter(([, count]) => count > 0)
    .map(([name, count]) => `${name.toLowerCase().replaceAll("_", " ")} ${count}`);
  parts.push(`found since the start: ${counts.length === 0 ? "nothing" : counts.join(", ")}\n`);
  return parts.join("\n");
}

function positionsText({
  agreed,
  disagreed,
  unreadable,
  agreedSequence,
  sinceAgreementSeconds,
}: Positions): string {
  const last =
    agreedSequence === 0
      ? "not yet"
      : `last ${Math.round(sinceAgreementSeconds)} s ago, at record ${agreedSequence} of the journal`;
  const wrong = disagreed + unreadable;
  return `positions agree with their second computation: ${last}; ${agreed} times, ${wrong === 0 ? "never otherwise" : `${wrong} times not`}`;
}

type Positions = NonNullable<ReconcileView["positions"]>;
