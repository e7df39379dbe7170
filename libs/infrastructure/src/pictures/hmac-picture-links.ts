/** Links to pictures that carry their own proof: an HMAC over the picture, its version and the day the link ends. */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { PictureLinks, type PictureVersion } from '@application/pictures/ports.js';
import type { Clock } from '@application/ports/work.js';
import type { PictureId } from '@domain/ids.js';
import type { KeyRing } from '../vault/key-ring.js';

const DAY_MS = 86_400_000;
const ID_BYTES = 16;
const BODY_BYTES = ID_BYTES + 4 + 4;
const MAC_BYTES = 16;
/** Today and tomorrow: a link that is made a minute before midnight is still good for a day. */
const GOOD_FOR_DAYS = 2;

export class HmacPictureLinks extends PictureLinks {
  private readonly keys: readonly Buffer[];

  constructor(
    ring: KeyRing,
    private readonly publicUrl: string,
    private readonly clock: Clock,
  ) {
    super();
    this.keys = ring.derive('picture links');
  }

  override to({ id, version }: PictureVersion): string {
    const body = Buffer.alloc(BODY_BYTES);
    body.write(id.replaceAll('-', ''), 'hex');
    body.writeUInt32BE(version, ID_BYTES);
    body.writeUInt32BE(this.today() + GOOD_FOR_DAYS, ID_BYTES + 4);
    const token = Buffer.concat([body, mac(this.keys[0]!, body)]).toString('base64url');
    return `${this.publicUrl}/v1/pictures/${token}`;
  }

  override read(token: string): PictureVersion | null {
    const bytes = Buffer.from(token, 'base64url');
    // Only the one canonical spelling: else one picture would have many addresses.
    if (bytes.length !== BODY_BYTES + MAC_BYTES || bytes.toString('base64url') !== token) return null;
    const body = bytes.subarray(0, BODY_BYTES);
    const proof = bytes.subarray(BODY_BYTES);
    if (!this.keys.some((key) => timingSafeEqual(mac(key, body), proof))) return null;
    if (body.readUInt32BE(ID_BYTES + 4) <= this.today()) return null;
    return { id: uuid(body.subarray(0, ID_BYTES)) as PictureId, version: body.readUInt32BE(ID_BYTES) };
  }

  private today(): number {
    return Math.floor(this.clock.now().getTime() / DAY_MS);
  }
}

function mac(key: Buffer, body: Buffer): Buffer {
  return createHmac('sha256', key).update(body).digest().subarray(0, MAC_BYTES);
}

function uuid(bytes: Buffer): string {
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
