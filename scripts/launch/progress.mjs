// Shows that long work goes on: on a terminal one line that counts its seconds, elsewhere a line now and then.
const TERMINAL_MS = 1_000;
const LINES_MS = 15_000;

/**
 * @template T
 * @param {string} what
 * @param {Promise<T>} work
 * @returns {Promise<T>}
 */
export async function during(what, work) {
  const began = Date.now();
  const seconds = () => Math.round((Date.now() - began) / 1_000);
  const onTerminal = process.stdout.isTTY && process.env['TERM'] !== 'dumb';
  const start = onTerminal ? '\r' : '';
  const end = onTerminal ? '' : '\n';
  /** @param {string} state */
  const show = (state) => void process.stdout.write(`${start}${what} … ${state}${end}`);

  show('');
  const ticks = setInterval(() => show(`${seconds()} s`), onTerminal ? TERMINAL_MS : LINES_MS);
  try {
    const result = await work;
    show(`done in ${seconds()} s${onTerminal ? '\n' : ''}`);
    return result;
  } catch (error) {
    if (onTerminal) process.stdout.write('\n');
    throw error;
  } finally {
    clearInterval(ticks);
  }
}
