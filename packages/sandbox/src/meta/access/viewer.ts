/** The viewer of a request, by its token: an app, a person, or a person as one of their Pages. */
import type { App } from '../../core/apps.js';
import type { Page, Person } from '../people/rows.js';
import type { Grant } from './grants.js';
import type { TokenFacts } from './token.js';

export interface AppViewer {
  readonly kind: 'app';
  readonly app: App;
}

export interface PersonViewer {
  readonly kind: 'user' | 'page';
  readonly app: App;
  readonly token: string;
  readonly facts: TokenFacts;
  readonly person: Person;
  readonly grant: Grant;
  /** The Page a Page token speaks as. */
  readonly page: Page | undefined;
}

export type Viewer = AppViewer | PersonViewer;
