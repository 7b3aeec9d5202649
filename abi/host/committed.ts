/**
 * Returns a fresh array whose memory the operating system has really given. What is only allocated is given page by page at the first
 * write, which costs microseconds, on a virtual machine some hundred: paid here once rather than by the orders of the first hours.
 */
export function committed<T extends Int32Array | Uint8Array | Float64Array>(array: T): T {
  array.fill(0);
  return array;
}
