/** Reading settings from the environment: every problem is collected, so that one start tells all that is missing. */
import { isIP } from 'node:net';
import { type Environment, settingOf } from './environment.js';

/** What is wrong with the configuration, one sentence each. Never a value: it may be a secret. */
export class ConfigInvalid extends Error {
  constructor(readonly problems: readonly string[]) {
    super(problems.join('\n'));
  }
}

export class Settings {
  readonly problems: string[] = [];

  constructor(private readonly environment: Environment) {}

  optional(name: string): string | undefined {
    return settingOf(this.environment, name);
  }

  required(name: string, what: string): string {
    const value = this.optional(name);
    if (value === undefined) this.problems.push(`${name} is missing: ${what}.`);
    return value ?? '';
  }

  choice<Choice extends string>(name: string, choices: readonly Choice[], otherwise: Choice): Choice {
    const value = this.optional(name) ?? otherwise;
    const choice = choices.find((one) => one === value);
    if (choice === undefined) this.problems.push(`${name} has to be one of ${choices.join(', ')}.`);
    return choice ?? otherwise;
  }

  port(name: string, otherwise: number): number {
    const value = this.optional(name) ?? String(otherwise);
    if (/^\d{1,5}$/.test(value) && Number(value) >= 1 && Number(value) <= 65_535) return Number(value);
    this.problems.push(`${name} has to be a port number (1 to 65535).`);
    return otherwise;
  }

  wholeNumber(name: string, otherwise: number, { least, most }: { least: number; most: number }): number {
    const value = this.optional(name) ?? String(otherwise);
    if (/^\d{1,15}$/.test(value) && Number(value) >= least && Number(value) <= most) return Number(value);
    this.problems.push(`${name} has to be a whole number from ${least} to ${most}.`);
    return otherwise;
  }

  host(name: string, otherwise: string): string {
    const value = this.optional(name) ?? otherwise;
    if (isIP(value) === 0 && value !== 'localhost')
      this.problems.push(`${name} has to be an address of this machine, as 0.0.0.0 or ::, or localhost.`);
    return value;
  }

  list(name: string): string[] {
    return (this.optional(name) ?? '').split(/[\s,]+/).filter(Boolean);
  }

  /**
   * https, except loopback addresses outside production.
   * @returns the URL without a slash at its end; empty where it is no good
   */
  url(name: string, value: string, kind: 'origin' | 'url'): string {
    if (value === '') return '';
    const url = URL.canParse(value) ? new URL(value) : null;
    const loopback = url !== null && ['127.0.0.1', 'localhost', '[::1]'].includes(url.hostname);
    const production = this.environment['NODE_ENV'] === 'production';
    if (url === null || !(url.protocol === 'https:' || (url.protocol === 'http:' && loopback && !production))) {
      this.problems.push(`${name} has to be an https URL (http only on loopback, and not in production).`);
    } else if (url.username !== '' || url.search !== '' || url.hash !== '') {
      this.problems.push(`${name} may carry no user, query or fragment.`);
    } else if (kind === 'origin' && url.pathname !== '/') {
      this.problems.push(`${name} has to be an origin, without a path.`);
    } else {
      return kind === 'origin' ? url.origin : value.replace(/\/$/, '');
    }
    return '';
  }
}
