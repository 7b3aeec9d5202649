/** Commands to the lane from the operator or the driver. Journalled as inputs with their two arguments. */
export const ControlAction = {
  /** Cancel every open order. */
  CANCEL_ALL: 1,
  /** The bytes of the request `b` of the order in slot `a` did not leave: its line was not open. */
  NOT_SENT: 2,
  /** Make the account's trading mode at least as strict as `a`. */
  RESTRICT: 3,
  /** A named person relaxes the mode; the payload says who, why and to what. */
  REARM: 4,
  /** The plugin of a slot is changed; the payload says how. */
  PLUGIN: 5,
  /** The venue's clock is `a` milliseconds ahead of this host's. */
  VENUE_CLOCK: 6,
  /** A named person takes what the venue says as true in break number `break` of the payload. */
  ACCEPT_BREAK: 7,
  /** The second computation of positions differs from the lane's; the payload says in what. */
  DISAGREEMENT: 8,
  /** A venue took the cancel of a replace, whose new order, of request `a`, is about to leave. */
  SECOND_HALF: 9,
} as const;
export type ControlAction = (typeof ControlAction)[keyof typeof ControlAction];
