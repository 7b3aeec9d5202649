import { WordTable } from "../text/word-table";

/**
 * The venue says its errors in words. These are their numbers in RequestReply, SessionStatus and ExecutionReport: a closed list of
 * this codec's own, never renumbered. A word that is not in it has the number 1.
 *
 * | from | what |
 * |---:|---|
 * | 1 | a word that is not in this list |
 * | 2 | new orders: `error_response.error`, and `reject_reason` of the user channel |
 * | 40 | cancels: `failure_reason` |
 * | 60 | previews: `preview_failure_reason`, where the error itself is UNKNOWN_FAILURE_REASON |
 * | 80 | requests as such: `error` of an answer with a status other than 200 |
 * | 100 | error messages of the WebSocket |
 * | 120 | of this host: the new order of a replace that was not sent, since the cancel was not taken |
 */
export const UNLISTED_ERROR: i32 = 1;
/** The new order of a replace whose cancel was not taken: it has not left. */
export const NOT_ATTEMPTED: i32 = 120;
/** An order refused for a reason that stands elsewhere in the answer. */
export const UNKNOWN_FAILURE: i32 = 2;

const errors = new WordTable();
errors.add("UNKNOWN_FAILURE_REASON", UNKNOWN_FAILURE);
errors.add("UNSUPPORTED_ORDER_CONFIGURATION", 3);
errors.add("INVALID_SIDE", 4);
errors.add("INVALID_PRODUCT_ID", 5);
errors.add("INVALID_SIZE_PRECISION", 6);
errors.add("INVALID_PRICE_PRECISION", 7);
errors.add("INSUFFICIENT_FUND", 8);
errors.add("INVALID_LEDGER_BALANCE", 9);
errors.add("ORDER_ENTRY_DISABLED", 10);
errors.add("INELIGIBLE_PAIR", 11);
errors.add("INVALID_LIMIT_PRICE_POST_ONLY", 12);
errors.add("INVALID_LIMIT_PRICE", 13);
errors.add("INVALID_NO_LIQUIDITY", 14);
errors.add("INVALID_REQUEST", 15);
errors.add("COMMANDER_REJECTED_NEW_ORDER", 16);
errors.add("INSUFFICIENT_FUNDS", 17);
errors.add("UNTRADABLE_PRODUCT", 18);
errors.add("UNKNOWN_CANCEL_FAILURE_REASON", 40);
errors.add("INVALID_CANCEL_REQUEST", 41);
errors.add("UNKNOWN_CANCEL_ORDER", 42);
errors.add("COMMANDER_REJECTED_CANCEL_ORDER", 43);
errors.add("DUPLICATE_CANCEL_REQUEST", 44);
errors.add("INVALID_CANCEL_PRODUCT_ID", 45);
errors.add("NOT_ALLOWED_TO_CANCEL", 46);
errors.add("ORDER_IS_FULLY_FILLED", 47);
errors.add("ORDER_IS_BEING_REPLACED", 48);
errors.add("PREVIEW_INSUFFICIENT_FUND", 60);
errors.add("PREVIEW_INVALID_PRICE_PRECISION", 61);
errors.add("PREVIEW_INVALID_SIZE_PRECISION", 62);
errors.add("PREVIEW_INVALID_BASE_SIZE_TOO_SMALL", 63);
errors.add("PREVIEW_INVALID_BASE_SIZE_TOO_LARGE", 64);
errors.add("PREVIEW_INVALID_QUOTE_SIZE_TOO_SMALL", 65);
errors.add("PREVIEW_INVALID_QUOTE_SIZE_TOO_LARGE", 66);
errors.add("PREVIEW_INVALID_LIMIT_PRICE", 67);
errors.add("PREVIEW_INVALID_LIMIT_PRICE_POST_ONLY", 68);
errors.add("PREVIEW_INVALID_NO_LIQUIDITY", 69);
errors.add("unauthorized", 80);
errors.add("permission_denied", 81);
errors.add("rate_limit_exceeded", 82);
errors.add("invalid_argument", 83);
errors.add("INVALID_ARGUMENT", 83);
errors.add("NOT_FOUND", 84);
errors.add("authentication failure", 100);
errors.add("rate limit exceeded", 101);

/** The number of the error whose word begins at `p`. */
export function errorCodeAt(p: usize): i32 {
  return errors.at(p, UNLISTED_ERROR);
}
