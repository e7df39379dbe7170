/** Signs links to pictures: the picture, its version and the day the link expires. */
import { PictureLinks, type PictureVersion } from '@application/pictures/ports.js';
import type { Clock } from '@application/ports/work.js';
import type { PictureId } from '@domain/ids.js';
import type { KeyRing } from '../vault/key-ring.js';
import { SignedTokens } from '../vault/signed-tokens.js';

const DAY_MS = 86_400_000;
const ID_BYTES = 16;
const BODY_BYTES = ID_BYTES + 4 + 4;
/** Today and tomorrow: a link that is made a minute before midnight is still valid for a day. */
const GOOD_FOR_DAYS = 2;

export class HmacPictureLinks extends PictureLinks {
  private readonly tokens: SignedTokens;

  constructor(
    ring: KeyRing,
    private readonly publicUrl: string,
    private readonly clock: Clock,
  ) {
    super();
    this.tokens = new SignedTokens(ring, 'picture links');
  }

  override to({ id, version }: PictureVersion): string {
    const body = Buffer.alloc(BODY_BYTES);
    body.write(id.replaceAll('-', ''), 'hex');
    body.writeUInt32BE(version, ID_BYTES);
    body.writeUInt32BE(this.today() + GOOD_FOR_DAYS, ID_BYTES + 4);
    return `${this.publicUrl}/v1/pictures/${this.tokens.sign(body)}`;
  }

  override read(token: string): PictureVersion | null {
    const body = this.tokens.open(token);
    if (body?.length !== BODY_BYTES) return null;
    if (body.readUInt32BE(ID_BYTES + 4) <= this.today()) return null;
    return { id: uuid(body.subarray(0, ID_BYTES)) as PictureId, version: body.readUInt32BE(ID_BYTES) };
  }

  private today(): number {
    return Math.floor(this.clock.now().getTime() / DAY_MS);
  }
}

function uuid(bytes: Buffer): string {
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
