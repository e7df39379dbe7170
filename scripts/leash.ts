// Loaded before a program that another one started: ends it when its starter is gone, so that nothing is left behind.

/** What an orderly end may take before it is cut short. */
const PATIENCE_MS = 10_000;

process.on('disconnect', () => {
  setTimeout(() => process.kill(process.pid, 'SIGKILL'), PATIENCE_MS).unref();
  process.kill(process.pid, 'SIGTERM');
});
