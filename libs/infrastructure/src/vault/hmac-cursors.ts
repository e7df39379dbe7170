/** Signs cursors for the list that they were made for. */
import { CursorInvalid, Cursors } from '@application/ports/cursors.js';
import type { KeyRing } from './key-ring.js';
import { SignedTokens } from './signed-tokens.js';

export class HmacCursors extends Cursors {
  private readonly tokens: SignedTokens;

  constructor(ring: KeyRing) {
    super();
    this.tokens = new SignedTokens(ring, 'list cursors');
  }

  override encode(list: string, position: readonly string[]): string {
    return this.tokens.sign(Buffer.from(JSON.stringify(position)), list);
  }

  override decode(list: string, cursor: string): readonly string[] {
    const body = this.tokens.open(cursor, list);
    if (body === null) throw new CursorInvalid();
    return JSON.parse(body.toString()) as string[];
  }
}
