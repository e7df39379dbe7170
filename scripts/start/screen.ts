// What the demo says on the terminal: one line while it works, then what is where and what to try next.
import type { DataFolder } from './data-folder.ts';
import { type Ports, USUAL_PORTS } from './ports.ts';

// Judges NO_COLOR and TERM=dumb as well.
const colours = process.stdout.isTTY && process.stdout.hasColors();
const bold = (text: string): string => (colours ? `\x1b[1m${text}\x1b[22m` : text);
const dim = (text: string): string => (colours ? `\x1b[2m${text}\x1b[22m` : text);

export const say = (line = ''): void => void process.stdout.write(`${line}\n`);

export interface Where {
  readonly api: string;
  readonly sandbox: string;
  readonly ports: Ports;
  readonly data: DataFolder;
  /** Where the database had to go, if not below the data folder. */
  readonly database: string | undefined;
  readonly seconds: string;
}

export function welcome({ api, sandbox, ports, data, database, seconds }: Where): void {
  const token =
    `TOKEN=$(curl -s ${sandbox}/_sandbox/token -H 'content-type: application/json' ` +
    `-d '{"user":"admin@acme.test"}' | sed 's/.*"access_token":"\\([^"]*\\)".*/\\1/')`;
  say();
  say(`  ${bold('Social Connections is ready')} ${dim(`(${seconds} s)`)}`);
  say();
  say(`  API        ${bold(api)}   ${dim('reference:')} ${api}/docs`);
  say(`  Sandbox    ${bold(sandbox)}   ${dim('stands in for Meta, X and the sign-in')}`);
  say(`  Data       ${data.show('')}${database === undefined ? '' : `, the database in ${database}`}`);
  say(`  Logs       ${data.show('logs')}/api.log, sandbox.log, postgres.log`);
  say();
  say(`  ${bold('Try next')}, in a second terminal`);
  say(`  ${tour(ports)}        ${dim('the whole story over HTTP, judged step by step')}`);
  say(`  ${token}`);
  say(`  curl -s ${api}/v1/me -H "authorization: Bearer $TOKEN"`);
  say();
  say(`  ${dim('Ctrl-C stops everything. The data stays.')}`);
}

/** It runs in another terminal, and looks at the usual ports unless it is told. */
function tour({ api, sandbox }: Ports): string {
  const usual = api === USUAL_PORTS.api && sandbox === USUAL_PORTS.sandbox;
  return usual ? 'npm run tour' : `PORT=${api} SANDBOX_PORT=${sandbox} npm run tour`;
}
