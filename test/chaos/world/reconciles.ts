/**
 * Whether the host finds out by itself what became of its orders, and carries its positions over a restart. While it does not, the person at the desk does
 * what the page for operators asks for before a start: cancels what is open, brings the account back to where it began, and starts a host anew that cannot resolve a
 * doubt. Once it does, nobody does that any more, the books must agree over all lives, and a doubt that stays is a fault.
 */
export const RECONCILES: boolean = true;
