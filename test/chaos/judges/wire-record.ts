/** A request as it left the host. */
export interface SentRequest {
  readonly atNs: number;
  readonly venueIndex: number;
  /** Which start of the host sent it, counted from 1. */
  readonly life: number;
  readonly method: string;
  readonly text: string;
  /** Of an order. */
  readonly clientOrderId: string;
  readonly side: 1 | 2;
  /** Mantissa of exponent -8. */
  readonly quantity: number;
  /** The order that is to be canceled in the same request, by the venue's id or the host's. */
  readonly replaces?: string;
  /** It is canceled only if nothing of it is filled; and nothing is placed where it is not canceled. */
  readonly isGuarded?: boolean;
}

interface RequestText {
  readonly id?: string | number;
  readonly method?: string;
  readonly params?: {
    readonly newClientOrderId?: string;
    readonly side?: string;
    readonly quantity?: string;
    readonly cancelOrderId?: number;
    readonly cancelOrigClientOrderId?: string;
    readonly cancelReplaceMode?: string;
    readonly cancelRestrictions?: string;
  };
}

const EXPONENT_DIGITS = 8;

/** Takes apart what the host sent, with JavaScript's own parser: the host's encoder is not asked. */
export function readRequest(
  text: string,
  place: Pick<SentRequest, "atNs" | "venueIndex" | "life">,
): SentRequest {
  const { method = "", params = {} } = JSON.parse(text) as RequestText;
  return {
    ...place,
    method,
    text,
    clientOrderId: params.newClientOrderId ?? "",
    side: params.side === "SELL" ? 2 : 1,
    quantity: mantissaOf(params.quantity ?? "0"),
    replaces: String(params.cancelOrderId ?? params.cancelOrigClientOrderId ?? ""),
    isGuarded: params.cancelReplaceMode === "STOP_ON_FAILURE" && params.cancelRestrictions === "ONLY_NEW",
  };
}

/** An order that goes by REST: its parameters stand in the address. */
export function readRestOrder(
  url: string,
  place: Pick<SentRequest, "atNs" | "venueIndex" | "life">,
): SentRequest {
  const { searchParams } = new URL(url);
  return {
    ...place,
    method: "order.place",
    text: url,
    clientOrderId: searchParams.get("newClientOrderId") ?? "",
    side: searchParams.get("side") === "SELL" ? 2 : 1,
    quantity: mantissaOf(searchParams.get("quantity") ?? "0"),
  };
}

interface OrderBody {
  readonly client_order_id?: string;
  readonly side?: string;
  readonly order_configuration?: Readonly<Record<string, { readonly base_size?: string }>>;
}

/** An order or a cancel that goes by REST with a body, as Coinbase takes them. */
export function readBody(
  url: string,
  text: string,
  place: Pick<SentRequest, "atNs" | "venueIndex" | "life">,
): SentRequest {
  const {
    client_order_id: clientOrderId = "",
    side,
    order_configuration: terms = {},
  } = JSON.parse(text) as OrderBody;
  const [size] = Object.values(terms);
  return {
    ...place,
    method: url.endsWith("/orders") ? "order.place" : "order.cancel",
    text,
    clientOrderId,
    side: side === "SELL" ? 2 : 1,
    quantity: mantissaOf(size?.base_size ?? "0"),
  };
}

export function isNewOrder({ method }: SentRequest): boolean {
  return method === "order.place" || method === "order.cancelReplace";
}

/** Id of a request, or of the answer to one; an empty text where there is none, or where the frame was torn. */
export function requestIdOf(text: string): string {
  const [, id = ""] = /^\{"id":"?([^",}]+)"?[,}]/.exec(text) ?? [];
  return id;
}

function mantissaOf(decimal: string): number {
  const [whole = "", fraction = ""] = decimal.split(".");
  return Number(whole + fraction.padEnd(EXPONENT_DIGITS, "0"));
}
