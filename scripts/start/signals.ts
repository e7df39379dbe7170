// The person's wish to stop: the first signal asks for an orderly end, a later one for a quick one.

/** Ctrl-C reaches us twice, from the terminal and from npm; both are one wish. */
const SAME_WISH_MS = 700;

export interface StopWish {
  /** Aborted by the first signal. */
  readonly signal: AbortSignal;
  /** Settles with the second wish. */
  readonly hurry: Promise<void>;
  readonly wished: Promise<void>;
}

export function listenForStop(): StopWish {
  const stop = new AbortController();
  const hurry = Promise.withResolvers<void>();
  const wished = Promise.withResolvers<void>();
  let first = 0;
  const onSignal = (): void => {
    if (first === 0) {
      first = Date.now();
      stop.abort();
      wished.resolve();
    } else if (Date.now() - first > SAME_WISH_MS) {
      hurry.resolve();
    }
  };
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, onSignal);
  return { signal: stop.signal, hurry: hurry.promise, wished: wished.promise };
}
