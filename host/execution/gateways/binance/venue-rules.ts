/** An instrument's rules as this host is configured; decimals as text. */
export interface ExpectedGrid {
  readonly symbol: string;
  readonly tickSize: string;
  readonly lotSize: string;
  readonly minQuantity: string;
  readonly maxQuantity: string;
  readonly minNotional: string;
}

/** What exchangeInfo says that matters here. */
export interface VenueRules {
  /** One line for each rule that the configuration has otherwise, or that the venue does not tell. */
  readonly differences: readonly string[];
  /** Request weight a minute; null where the venue does not tell. */
  readonly weightMax: number | null;
  /** New orders in so many seconds. */
  readonly orderLimits: readonly { readonly ordersMax: number; readonly windowSeconds: number }[];
}

type Tree = Readonly<Record<string, unknown>>;

/** Which filter tells a rule, and by which name. A rule that the venue has switched off (zero) allows whatever is configured. */
const RULES: readonly (readonly [keyof ExpectedGrid, readonly string[], string])[] = [
  ["tickSize", ["PRICE_FILTER"], "tickSize"],
  ["lotSize", ["LOT_SIZE"], "stepSize"],
  ["minQuantity", ["LOT_SIZE"], "minQty"],
  ["maxQuantity", ["LOT_SIZE"], "maxQty"],
  ["minNotional", ["NOTIONAL", "MIN_NOTIONAL"], "minNotional"],
];

const SECONDS: Readonly<Record<string, number>> = { SECOND: 1, MINUTE: 60, HOUR: 3_600, DAY: 86_400 };

/** Compares an exchangeInfo answer with the configuration. Throws Error where the text is none. */
export function compareRules(text: string, grids: readonly ExpectedGrid[]): VenueRules {
  const info = treeOf(JSON.parse(text));
  const symbols = treesOf(info["symbols"]);
  const limits = treesOf(info["rateLimits"]);
  const weight = limits.find((limit) => limit["rateLimitType"] === "REQUEST_WEIGHT")?.["limit"];
  return {
    differences: grids.flatMap((grid) => differencesOf(grid, symbols)),
    weightMax: typeof weight === "number" ? weight : null,
    orderLimits: limits
      .filter((limit) => limit["rateLimitType"] === "ORDERS")
      .map((limit) => ({
        ordersMax: Number(limit["limit"]),
        windowSeconds: Number(limit["intervalNum"]) * (SECONDS[String(limit["interval"])] ?? Number.NaN),
      })),
  };
}

function differencesOf(grid: ExpectedGrid, symbols: readonly Tree[]): string[] {
  const found = symbols.find(({ symbol }) => symbol === grid.symbol);
  if (found === undefined) return [`${grid.symbol}: the venue has no such symbol`];
  const filters = treesOf(found["filters"]);
  const state =
    found["status"] === "TRADING" ? [] : [`${grid.symbol}: its status is ${String(found["status"])}`];
  const rules = RULES.flatMap(([rule, types, name]) => {
    const told = filters.find(({ filterType }) => types.includes(String(filterType)))?.[name];
    if (typeof told !== "string") return [`${grid.symbol}: the venue tells no ${rule}`];
    if (isEqual(told, "0") || isEqual(told, grid[rule])) return [];
    return [`${grid.symbol}: ${rule} is ${plain(told)} at the venue and ${grid[rule]} in the configuration`];
  });
  return [...state, ...rules];
}

function isEqual(first: string, second: string): boolean {
  return plain(first) === plain(second);
}

/** A decimal without the zeros that say nothing. */
function plain(decimal: string): string {
  const [whole = "", fraction = ""] = decimal.split(".");
  const digits = fraction.replace(/0+$/, "");
  return `${whole.replace(/^0+(?=\d)/, "")}${digits === "" ? "" : `.${digits}`}`;
}

function treeOf(value: unknown): Tree {
  return typeof value === "object" && value !== null ? (value as Tree) : {};
}

function treesOf(value: unknown): readonly Tree[] {
  return Array.isArray(value) ? value.map(treeOf) : [];
}
