const SESSION_ID_MAX = 999;

/** Numbers the requests of all order connections of a gateway, 1 to 999 over and over: an answer belongs to one of them alone. */
export class SessionIds {
  private last = 0;

  take(): number {
    this.last = (this.last % SESSION_ID_MAX) + 1;
    return this.last;
  }
}
