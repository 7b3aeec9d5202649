/** What the stub reads of a request on the order line. */
export interface StubRequest {
  readonly id: number;
  readonly method: string;
  readonly params: Readonly<Record<string, string | number>>;
}

/**
 * The answers to one request, in order: a logon and a subscription are accepted, an order is accepted and expires at once without a fill, so that the
 * agent asks again at the next quote and no position is built up. Throws for a request that this benchmark's host has no reason to make.
 */
export function answersTo({ id, method, params }: StubRequest, orderId: number): string[] {
  if (method === "session.logon")
    return [`{"id":${id},"status":200,"result":{"apiKey":"k","serverTime":${Date.now()}}}`];
  if (method === "userDataStream.subscribe")
    return [`{"id":${id},"status":200,"result":{"subscriptionId":0}}`];
  if (method !== "order.place")
    throw new Error(`the loopback benchmark's venue has no answer to ${method}: look at what the host asks`);
  const clientOrderId = String(params["newClientOrderId"]);
  const placed = `{"id":${id},"status":200,"result":{"symbol":"BTCUSDT","orderId":${orderId},"orderListId":-1,"clientOrderId":"${clientOrderId}","transactTime":${Date.now()}}}`;
  return [placed, report(params, orderId, "NEW"), report(params, orderId, "EXPIRED")];
}

function report(params: StubRequest["params"], orderId: number, status: "NEW" | "EXPIRED"): string {
  const text = (name: string): string => String(params[name]);
  const nowMs = Date.now();
  const zero = "0.00000000";
  return `{"subscriptionId":0,"event":${JSON.stringify({
    e: "executionReport",
    E: nowMs,
    s: "BTCUSDT",
    c: text("newClientOrderId"),
    S: text("side"),
    o: text("type"),
    f: text("timeInForce"),
    q: text("quantity"),
    p: text("price"),
    P: zero,
    F: zero,
    g: -1,
    C: "",
    x: status,
    X: status,
    r: "NONE",
    i: orderId,
    l: zero,
    z: zero,
    L: zero,
    n: "0",
    N: null,
    T: nowMs,
    t: -1,
    I: 1,
    w: status === "NEW",
    m: false,
    M: false,
    O: nowMs,
    Z: zero,
    Y: zero,
    Q: zero,
    W: nowMs,
    V: "NONE",
  })}}`;
}
