import type { StatusView, VenueWait } from "../../host/control/api/index.ts";
import { statusRoute } from "../../host/control/api/index.ts";
import type { Command } from "../console/command.ts";
import { ControlClient } from "../control/control-client.ts";
import { controlTarget, targetOptions } from "../control/control-target.ts";

export const statusCommand: Command = {
  name: "status",
  summary: "Shows what a running host does: mode, lines, instruments, status.",
  options: targetOptions,
  run: async (given) => {
    const status = await new ControlClient(controlTarget(given)).call(statusRoute, {});
    process.stdout.write(given.has("json") ? `${JSON.stringify(status)}\n` : statusText(status));
    return 0;
  },
};

function waitsText({ ordersSeconds, cancelsSeconds, cancelsWaiting }: VenueWait): string {
  const orders = ordersSeconds > 0 ? `; LIMITED: new orders wait ${ordersSeconds.toFixed(0)} s` : "";
  const cancels = cancelsSeconds > 0 ? `, cancels ${cancelsSeconds.toFixed(0)} s` : "";
  return `${orders}${cancels}${cancelsWaiting > 0 ? `; ${cancelsWaiting} cancels waiting` : ""}`;
}

function statusText(status: StatusView): string {
  const up = (isUp: boolean): string => (isUp ? "up" : "DOWN");
  const rows: (readonly [string, string])[] = [
    [
      "session",
      `${status.session} of account ${status.account} (${status.environment}), up ${status.uptimeSeconds.toFixed(0)} s`,
    ],
    ["mode", `${status.mode}${status.isEnding ? ", stopping" : ""}; health ${status.health}`],
    ...status.venues.map(
      ({ name, lines, waits }) =>
        [name, `market ${up(lines.market)}, orders ${up(lines.orders)}${waitsText(waits)}`] as const,
    ),
    ...status.instruments.map(
      ({ venue, symbol, mode, isBookLive }) =>
        [symbol, `at ${venue}, ${mode}, book ${isBookLive ? "live" : "NOT LIVE"}`] as const,
    ),
    [
      "orders",
      `open ${status.openOrders}, sent ${status.ordersSent}, fills ${status.fills}, denied ${status.denials}`,
    ],
    ...Object.entries(status.stoppedPlugins).map(
      ([name, reason]) => ["STOPPED", `plugin ${name}: ${reason}`] as const,
    ),
    ...(status.journalRefusal === 0
      ? []
      : [["JOURNAL", `refuses with code ${status.journalRefusal}`] as const]),
    ...(status.armRefusal === null ? [] : [["ARMING", `refused: ${status.armRefusal}`] as const]),
    ["metrics", status.links.metrics],
  ];
  return `${rows.map(([name, text]) => `${name.padEnd(12)}${text}`).join("\n")}\n`;
}
