import { duration } from "../console/duration.ts";
import type { Notice } from "../live/notice-log.ts";
import type { Level, SessionSnapshot } from "./session-snapshot.ts";
import type { Paint, Tone } from "./style.ts";
import { fit, fitRight, widthOf } from "./style.ts";

const LEVELS = 8;
/** More features than this stand in two columns. */
const FEATURE_ROWS_MAX = 8;
const PRICE_WIDTH = 11;
const SIZE_WIDTH = 10;
/** Statuses whose names are longer than their column. */
const STATUS_WORDS: Readonly<Record<string, string>> = {
  PENDING_NEW: "sent",
  PENDING_CANCEL: "canceling",
  PENDING_REPLACE: "replacing",
  PARTIALLY_FILLED: "partial",
};
const BAR = "█";
const HALF_BAR = "▌";

/** A panel's title, in a rule as wide as the panel. */
function title(paint: Paint, text: string, width: number, aside = ""): string {
  const head = `── ${paint("bold", text)} `;
  const tail = aside === "" ? "" : ` ${aside} ──`;
  return fit(`${head}${"─".repeat(Math.max(0, width - widthOf(head) - widthOf(tail)))}${tail}`, width);
}

export function bookPanel(snapshot: SessionSnapshot, paint: Paint, width: number): string[] {
  const { bids, asks, symbol, gaps } = snapshot;
  const most = Math.max(1e-9, ...bids.map(({ size }) => size), ...asks.map(({ size }) => size));
  const row = (level: Level | undefined, tone: Tone): string =>
    level === undefined ? " ".repeat(width) : levelRow(level, most, tone, paint, width);
  const asksDown = Array.from({ length: LEVELS }, (_, index) => row(asks[LEVELS - 1 - index], "red"));
  const bidsDown = Array.from({ length: LEVELS }, (_, index) => row(bids[index], "green"));
  return [
    title(paint, `Book ${symbol}`, width, gaps === 0 ? "no gaps" : paint("yellow", `${gaps} gaps`)),
    ...asksDown,
    spreadRow(snapshot, paint, width),
    ...bidsDown,
  ];
}

function levelRow(level: Level, most: number, tone: Tone, paint: Paint, width: number): string {
  const room = width - PRICE_WIDTH - SIZE_WIDTH - 3;
  // By the root: next to one large level the others would all be slivers.
  const halves = Math.max(1, Math.round(Math.sqrt(level.size / most) * room * 2));
  const bar = BAR.repeat(halves >> 1) + (halves % 2 === 1 ? HALF_BAR : "");
  return fit(
    `${fitRight(paint(tone, level.price), PRICE_WIDTH)} ${fitRight(level.size.toFixed(5), SIZE_WIDTH)}  ${paint(tone, bar)}`,
    width,
  );
}

function spreadRow({ bids, asks }: SessionSnapshot, paint: Paint, width: number): string {
  const bid = Number(bids[0]?.price);
  const ask = Number(asks[0]?.price);
  if (!(bid > 0 && ask > 0)) return fit(paint("yellow", "   the book is not live"), width);
  const middle = ((bid + ask) / 2).toFixed(3);
  const spread = `spread ${(ask - bid).toFixed(2)}`;
  return fit(`${fitRight(paint("bold", middle), PRICE_WIDTH + 1)} ${paint("dim", spread)}`, width);
}

export function featurePanel({ features }: SessionSnapshot, paint: Paint, width: number): string[] {
  const columns = features.length > FEATURE_ROWS_MAX ? 2 : 1;
  const cell = Math.floor(width / columns);
  const cells = features.map(({ name, value, isFresh }) => {
    const mark = isFresh ? paint("green", "●") : paint("yellow", "○");
    const shown = isFresh ? value.toPrecision(6) : paint("dim", "stale");
    return fit(`${fit(` ${mark} ${name}`, Math.min(26, cell - 12))}${fitRight(shown, 11)}`, cell);
  });
  const rows = Array.from({ length: Math.ceil(cells.length / columns) }, (_, index) =>
    fit(cells.slice(index * columns, (index + 1) * columns).join(""), width),
  );
  return [title(paint, "Features", width, "● fresh ○ stale"), ...rows];
}

/** Columns of the agents' table at its narrowest; what a panel has beyond is shared out among them. */
const AGENT_COLUMNS = [
  ["agent", 13],
  ["signal", 7],
  ["conf", 5],
  ["weight", 7],
  ["position", 9],
  ["realised", 9],
  ["unreal.", 8],
] as const;
const AGENT_WIDTH = 58;

export function agentPanel(snapshot: SessionSnapshot, paint: Paint, width: number): string[] {
  const extra = Math.max(0, Math.floor((width - AGENT_WIDTH) / AGENT_COLUMNS.length));
  const line = (texts: readonly string[]): string => {
    const cells = AGENT_COLUMNS.map(([, least], index) =>
      index === 0
        ? fit(` ${texts[index] ?? ""}`, least + extra)
        : fitRight(texts[index] ?? "", least + extra),
    );
    return fit(cells.join(""), width);
  };
  const { accountRow, combined } = snapshot;
  const dim = (text: string): string => paint("dim", text);
  const rows = snapshot.agents.map((agent) => {
    const signal = agent.score === null ? dim("-") : signed(paint, agent.score.toFixed(3));
    const confidence = agent.confidence === null ? dim("-") : agent.confidence.toFixed(2);
    const name = agent.isRunning ? agent.name : paint("red", `${agent.name}!`);
    return line([
      name,
      signal,
      confidence,
      agent.weight.toFixed(3),
      agent.position,
      money(paint, agent.realised),
      money(paint, agent.unrealised),
    ]);
  });
  const total = [
    "account",
    signed(paint, combined.score.toFixed(3)),
    combined.confidence.toFixed(2),
    dim("comb."),
    accountRow.position,
    money(paint, accountRow.realised),
    money(paint, accountRow.unrealised),
  ];
  const fees = Object.entries(snapshot.fees).map(
    ([asset, amount]) => `${asset} ${Number(amount).toFixed(asset.startsWith("USD") ? 2 : 8)}`,
  );
  const isOne = snapshot.instruments.length === 1;
  const heading = title(
    paint,
    isOne ? "Agents" : `Agents on ${snapshot.symbol}`,
    width,
    isOne ? "signals, weights, positions, P&L" : "",
  );
  return [
    heading,
    line(AGENT_COLUMNS.map(([name]) => dim(name))),
    ...rows,
    line(total),
    fit(dim(` fees ${fees.length === 0 ? "none" : fees.join("  ")}`), width),
  ];
}

/** Columns of the instruments' table at its narrowest. */
const INSTRUMENT_COLUMNS = [
  ["instrument", 19],
  ["bid", 10],
  ["ask", 10],
  ["position", 10],
  ["P&L", 8],
] as const;
const INSTRUMENT_WIDTH = 57;

/** A row for each instrument, where there are several. */
export function instrumentPanel({ instruments }: SessionSnapshot, paint: Paint, width: number): string[] {
  if (instruments.length === 1) return [];
  const extra = Math.max(0, Math.floor((width - INSTRUMENT_WIDTH) / INSTRUMENT_COLUMNS.length));
  const line = (texts: readonly string[]): string =>
    fit(
      INSTRUMENT_COLUMNS.map(([, least], index) =>
        index === 0
          ? fit(` ${texts[index] ?? ""}`, least + extra)
          : fitRight(texts[index] ?? "", least + extra),
      ).join(""),
      width,
    );
  const rows = instruments.map(({ name, isLive, bid, ask, position, realised, unrealised }) =>
    line([
      `${isLive ? paint("green", "●") : paint("yellow", "○")} ${name}`,
      isLive ? paint("green", bid) : paint("dim", "-"),
      isLive ? paint("red", ask) : paint("dim", "-"),
      position,
      money(paint, String(Number(realised) + Number(unrealised))),
    ]),
  );
  return [
    title(paint, "Instruments", width, "● book in sync"),
    line(INSTRUMENT_COLUMNS.map(([name]) => paint("dim", name))),
    ...rows,
  ];
}

export function orderPanel(
  { orders, counts }: SessionSnapshot,
  paint: Paint,
  width: number,
  height: number,
): string[] {
  const heading = title(
    paint,
    `Open orders ${counts.open}`,
    width,
    `sent ${counts.sent}  filled ${counts.filled}  cancelled ${counts.cancelled}`,
  );
  const rows = orders.slice(0, height - 1).map((order) => {
    const side = paint(order.side === "BUY" ? "green" : "red", order.side.padEnd(4));
    const status = STATUS_WORDS[order.status] ?? order.status.toLowerCase();
    return fit(
      ` ${order.agent.padEnd(12)} ${side} ${fitRight(order.quantity, 7)} @ ${fitRight(order.price, 9)} ${fit(status, 10)} ${fitRight(order.ageSeconds.toFixed(1), 5)} s`,
      width,
    );
  });
  return padded([heading, ...rows], width, height);
}

export function flowPanel(
  snapshot: SessionSnapshot,
  eventsPerSecond: number,
  paint: Paint,
  width: number,
  height: number,
): string[] {
  const { latency, counts } = snapshot;
  const pair = (name: string, text: string): string => fit(` ${paint("dim", name.padEnd(15))}${text}`, width);
  const rows = [
    title(paint, "Flow", width, `tick to order, ${latency.count} orders`),
    pair(
      "events",
      `${snapshot.events.toLocaleString("en-US")}  ${Math.round(eventsPerSecond).toLocaleString("en-US")} a second`,
    ),
    pair("p50 / p99", `${duration(latency.p50)} / ${duration(latency.p99)}`),
    pair("p99.9 / max", `${duration(latency.p999)} / ${duration(latency.max)}`),
    pair("fills", `${snapshot.fills}  rejected ${counts.rejected}  denied ${counts.denied}`),
  ];
  return padded(rows, width, height);
}

export function pluginPanel(
  { plugins, isDevelopment }: Pick<SessionSnapshot, "plugins" | "isDevelopment">,
  paint: Paint,
  width: number,
): string[] {
  const mark = (state: string): string => (state === "running" ? paint("green", "●") : paint("red", "✗"));
  const unsigned = plugins.filter(({ isSigned }) => !isSigned).length;
  // Where all of them are unsigned, the title says so; where some are, each of them does.
  const isMixed = unsigned > 0 && unsigned < plugins.length;
  const cells = plugins.map(
    ({ name, state, isSigned, isPlaced }) =>
      `${mark(state)} ${name}${isPlaced ? paint("dim", " (thread)") : ""}${isMixed && !isSigned ? paint("yellow", " unsigned") : ""}`,
  );
  const rows: string[] = [];
  let row = "";
  for (const cell of cells) {
    if (row !== "" && widthOf(row) + widthOf(cell) + 3 > width) {
      rows.push(row);
      row = "";
    }
    row += `${row === "" ? " " : "  "}${cell}`;
  }
  rows.push(row);
  return [
    title(
      paint,
      `Plugins ${plugins.length}`,
      width,
      trustText(unsigned, plugins.length, isDevelopment, paint),
    ),
    ...rows.map((text) => fit(text, width)),
  ];
}

function trustText(unsigned: number, all: number, isDevelopment: boolean, paint: Paint): string {
  if (unsigned === 0) return paint("green", "signed");
  const count = unsigned === all ? "unsigned" : `${unsigned} unsigned`;
  return isDevelopment ? paint("yellow", `${count} (development)`) : paint("red", count);
}

export function noticePanel(
  notices: readonly Notice[],
  paint: Paint,
  width: number,
  height: number,
): string[] {
  const rows = notices.slice(-(height - 1)).map(({ timeMs, level, text }) => {
    const time = new Date(timeMs).toISOString().slice(11, 19);
    const tone: Tone = level === "error" ? "red" : level === "warn" ? "yellow" : "dim";
    return fit(` ${paint("dim", time)} ${paint(tone, text)}`, width);
  });
  return padded([title(paint, "Notices", width), ...rows], width, height);
}

function padded(rows: readonly string[], width: number, height: number): string[] {
  return Array.from({ length: height }, (_, index) => rows[index] ?? " ".repeat(width));
}

function money(paint: Paint, text: string): string {
  return signed(paint, Number(text).toFixed(2));
}

function signed(paint: Paint, text: string): string {
  const value = Number(text);
  if (value === 0) return text;
  return value > 0 ? paint("green", `+${text}`) : paint("red", text);
}
