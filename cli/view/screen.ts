import type { Notice } from "../live/notice-log.ts";
import {
  agentPanel,
  bookPanel,
  featurePanel,
  flowPanel,
  instrumentPanel,
  noticePanel,
  orderPanel,
  pluginPanel,
} from "./panels.ts";
import type { SessionSnapshot } from "./session-snapshot.ts";
import type { Paint } from "./style.ts";
import { fit } from "./style.ts";

const WIDE = 100;
const BOOK_WIDTH_MIN = 40;
const BOOK_WIDTH_MAX = 56;
const GUTTER = 2;
const FLOW_HEIGHT = 5;
const NARROW_ORDERS = 4;
const NOTICES_MIN = 2;

export interface Frame {
  readonly snapshot: SessionSnapshot;
  readonly notices: readonly Notice[];
  readonly eventsPerSecond: number;
  /** Address of the pages, for the heading. */
  readonly address: string;
}

/** Lays a frame out: two columns on a terminal of 100 columns or more, one below that, cut at the bottom. */
export function layOut(frame: Frame, paint: Paint, width: number, height: number): string[] {
  const lines = width >= WIDE ? wide(frame, paint, width, height) : narrow(frame, paint, width);
  const all = [heading(frame, paint, width), ...lines];
  return Array.from({ length: height }, (_, row) => fit(all[row] ?? "", width));
}

function wide(frame: Frame, paint: Paint, width: number, height: number): string[] {
  const { snapshot, notices, eventsPerSecond } = frame;
  const left = Math.min(BOOK_WIDTH_MAX, Math.max(BOOK_WIDTH_MIN, Math.floor(width * 0.4) - GUTTER));
  const right = width - left - GUTTER;
  const leftLines = [
    ...bookPanel(snapshot, paint, left),
    ...flowPanel(snapshot, eventsPerSecond, paint, left, FLOW_HEIGHT),
  ];
  const above = [
    ...instrumentPanel(snapshot, paint, right),
    ...featurePanel(snapshot, paint, right),
    ...agentPanel(snapshot, paint, right),
  ];
  const rightLines = [
    ...above,
    ...orderPanel(snapshot, paint, right, Math.max(2, leftLines.length - above.length)),
  ];
  const plugins = pluginPanel(snapshot, paint, width);
  const noticeHeight = Math.max(NOTICES_MIN, height - 1 - leftLines.length - plugins.length);
  return [
    ...beside(leftLines, rightLines, left, right),
    ...plugins,
    ...noticePanel(notices, paint, width, noticeHeight),
  ];
}

function narrow({ snapshot, notices, eventsPerSecond }: Frame, paint: Paint, width: number): string[] {
  const agents = agentPanel(snapshot, paint, width);
  const flow = flowPanel(snapshot, eventsPerSecond, paint, width, FLOW_HEIGHT);
  const book = bookPanel(snapshot, paint, width);
  const orders = orderPanel(snapshot, paint, width, NARROW_ORDERS);
  const last = noticePanel(notices, paint, width, 3);
  // Of several instruments the table says more than one's book, which comes last.
  return snapshot.instruments.length === 1
    ? [...agents, ...flow, ...book, ...orders, ...last]
    : [...instrumentPanel(snapshot, paint, width), ...agents, ...flow, ...orders, ...last, ...book];
}

function beside(
  left: readonly string[],
  right: readonly string[],
  leftWidth: number,
  rightWidth: number,
): string[] {
  const rows = Math.max(left.length, right.length);
  return Array.from(
    { length: rows },
    (_, row) => `${fit(left[row] ?? "", leftWidth)}${" ".repeat(GUTTER)}${fit(right[row] ?? "", rightWidth)}`,
  );
}

function heading({ snapshot, address }: Frame, paint: Paint, width: number): string {
  const { health, account, epoch, elapsedSeconds } = snapshot;
  const lamp = (name: string, isOn: boolean): string =>
    `${isOn ? paint("green", "●") : paint("red", "○")} ${name}`;
  const mode = health.mode === "ACTIVE" ? paint("green", health.mode) : paint("red", health.mode);
  const isLive = Object.values(health.books).every(Boolean);
  const parts = [
    paint("bold", "sandpit"),
    mode,
    account,
    ...lineLamps(health.lines, lamp, paint),
    lamp(Object.keys(health.books).length === 1 ? "book" : "books", isLive),
    `epoch ${epoch}`,
    clockText(elapsedSeconds),
    paint("dim", address),
  ];
  return fit(` ${parts.join("  ")}`, width);
}

/** Of one venue each line by name; of several each venue with two lamps, market data before orders. */
function lineLamps(
  lines: SessionSnapshot["health"]["lines"],
  lamp: (name: string, isOn: boolean) => string,
  paint: Paint,
): string[] {
  const venues = Object.entries(lines);
  const [only] = venues;
  if (only !== undefined && venues.length === 1)
    return [lamp("market", only[1].market), lamp("orders", only[1].orders)];
  const mark = (isOn: boolean): string => (isOn ? paint("green", "●") : paint("red", "○"));
  return venues.map(([venue, { market, orders }]) => `${mark(market)}${mark(orders)} ${venue}`);
}

/** Hours, minutes and seconds. */
export function clockText(seconds: number): string {
  const whole = Math.floor(seconds);
  return [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60]
    .map((part) => String(part).padStart(2, "0"))
    .join(":");
}
