/** The switches and numbers in force: for all, for an app, or for one person. */
import type { App } from '../../core/apps.js';
import { switchesOf } from '../../core/switches.js';
import type { World } from '../../core/world.js';
import { NUMBERS, SWITCHES, type NumberName, type SwitchName } from '../contract/switches.js';
import type { Person } from '../people/rows.js';

type ValueOf<Name extends SwitchName> = (typeof SWITCHES)[Name][0][number];

export class MetaSettings {
  constructor(private readonly world: World) {
    world.switches.define(switchesOf('meta', SWITCHES));
  }

  is<Name extends SwitchName>(name: Name, value: ValueOf<Name>, personId?: string): boolean {
    return this.value(name, personId) === value;
  }

  value<Name extends SwitchName>(name: Name, personId?: string): ValueOf<Name> {
    return this.world.switches.get(`meta.${name}`, personId) as ValueOf<Name>;
  }

  number(name: NumberName, app: App | undefined, person?: Person): number {
    const own = person?.profile.numbers[name] ?? app?.settings[name];
    return typeof own === 'number' ? own : NUMBERS[name];
  }
}
