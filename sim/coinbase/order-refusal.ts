/** Why the venue did not take an order; it says so with status 200 and `success` false. */
export interface OrderRefusal {
  readonly error: string;
  readonly message: string;
  readonly previewFailureReason: string;
}

function refusal(error: string, message: string, preview: string): OrderRefusal {
  return { error, message, previewFailureReason: preview };
}

export const INSUFFICIENT_FUND: OrderRefusal = refusal(
  "INSUFFICIENT_FUND",
  "Insufficient balance in source account",
  "PREVIEW_INSUFFICIENT_FUND",
);
export const POST_ONLY_WOULD_TAKE: OrderRefusal = refusal(
  "INVALID_LIMIT_PRICE_POST_ONLY",
  "Post only limit price would cross the book",
  "PREVIEW_INVALID_LIMIT_PRICE_POST_ONLY",
);
export const NO_LIQUIDITY: OrderRefusal = refusal(
  "INSUFFICIENT_LIQUIDITY",
  "There is not enough liquidity in the book",
  "PREVIEW_INSUFFICIENT_LIQUIDITY",
);
export const UNKNOWN_PRODUCT: OrderRefusal = refusal(
  "INVALID_PRODUCT_ID",
  "Product ID is invalid",
  "PREVIEW_INVALID_PRODUCT_ID",
);
export const END_IN_THE_PAST: OrderRefusal = refusal(
  "INVALID_ORDER_CONFIG",
  "End time must be in the future",
  "PREVIEW_INVALID_ORDER_CONFIG",
);
export const PRICE_PRECISION: OrderRefusal = refusal(
  "INVALID_PRICE_PRECISION",
  "Price has too many decimals for this product",
  "PREVIEW_INVALID_PRICE_PRECISION",
);
export const SIZE_PRECISION: OrderRefusal = refusal(
  "INVALID_SIZE_PRECISION",
  "Size has too many decimals for this product",
  "PREVIEW_INVALID_SIZE_PRECISION",
);
export const BASE_SIZE_TOO_SMALL: OrderRefusal = previewed("PREVIEW_INVALID_BASE_SIZE_TOO_SMALL");
export const BASE_SIZE_TOO_LARGE: OrderRefusal = previewed("PREVIEW_INVALID_BASE_SIZE_TOO_LARGE");
export const QUOTE_SIZE_TOO_SMALL: OrderRefusal = previewed("PREVIEW_INVALID_QUOTE_SIZE_TOO_SMALL");
export const QUOTE_SIZE_TOO_LARGE: OrderRefusal = previewed("PREVIEW_INVALID_QUOTE_SIZE_TOO_LARGE");
export const ORDER_ENTRY_DISABLED: OrderRefusal = refusal(
  "ORDER_ENTRY_DISABLED",
  "Order entry is disabled",
  "UNKNOWN_PREVIEW_FAILURE_REASON",
);

/** What only the preview has a word for. */
function previewed(reason: string): OrderRefusal {
  return refusal("UNKNOWN_FAILURE_REASON", "", reason);
}

/** The refusal of a configuration that the venue knows and does not carry out. */
export function unsupportedConfiguration(message: string): OrderRefusal {
  return refusal("UNSUPPORTED_ORDER_CONFIGURATION", message, "PREVIEW_INVALID_ORDER_CONFIG");
}

export function isOrderRefusal(value: object): value is OrderRefusal {
  return "previewFailureReason" in value;
}
