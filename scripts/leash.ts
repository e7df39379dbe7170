// Loaded before a program that another one started: ends it when its starter is gone, so that nothing is left behind.

/** What an orderly end may take before it is cut short. */
const PATIENCE_MS = 10_000;

process.on('disconnect', () => {
  setTimeout(() => process.kill(process.pid, 'SIGKILL'), PATIENCE_MS).unref();
  // A program that listens itself is on its way already; a second wish would cut it short.
  if (process.listenerCount('disconnect') === 1) process.kill(process.pid, 'SIGTERM');
});
