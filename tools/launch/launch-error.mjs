/** A start that failed for a reason which the reader can do something about. */
export class LaunchError extends Error {
  /**
   * @param {string} message what is wrong
   * @param {string} remedy what to do about it
   */
  constructor(message, remedy) {
    super(message);
    this.name = "LaunchError";
    this.remedy = remedy;
  }
}
