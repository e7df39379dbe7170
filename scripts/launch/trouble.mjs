/** What a person can fix, or a wish to stop: shown as its message alone, without a stack. */
export class Trouble extends Error {
  /**
   * @param {string} message
   * @param {number} exitCode
   */
  constructor(message, exitCode = 1) {
    super(message);
    this.exitCode = exitCode;
  }
}
