/** Whether what the verbs stand on is there at this moment. */

export abstract class Readiness {
  /** Answers within a few seconds, and never throws. */
  abstract check(): Promise<boolean>;
}
