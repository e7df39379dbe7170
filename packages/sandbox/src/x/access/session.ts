/** Who a call of an API route speaks for, once its token was found good. */
import type { XPerson } from '../people/people.js';

export interface Session {
  client: string;
  /** Absent when the app's own bearer was used. */
  person?: XPerson;
  scopes: readonly string[];
  now: number;
}
