const FIRST_OFFER = /\{"side":"offer","event_time":"[^"]*","price_level":"([^"]*)"/;

/** Fault: a snapshot in which somebody bids for as much as the best offer asks. One without offers stays as it is. */
export function contradicted(events: string): string {
  const offer = FIRST_OFFER.exec(events);
  if (offer === null) return events;
  const bid = offer[0].replace('"side":"offer"', '"side":"bid"');
  return events.replace('"updates":[', `"updates":[${bid},"new_quantity":"1"},`);
}
