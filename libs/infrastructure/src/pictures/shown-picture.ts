/** Converts a file to 128 by 128 pixels of WebP: it is drawn again, so that nothing of the file itself is passed on. */
import sharp from 'sharp';
import { PictureUnfit, type ShownPicture } from '@application/pictures/ports.js';

const SIDE = 128;
/** A picture of a person or a Page has a few hundred pixels a side; a decompression bomb has a hundred thousand. */
const MOST_PIXELS = 4_096 * 4_096;
const MOST_BYTES = 65_536;
const MOST_SECONDS = 5;

// Only these of the formats that the library can read: an SVG could name other files, and TIFF and PDF are complex
// formats.
sharp.block({ operation: ['VipsForeignLoad'] });
sharp.unblock({
  operation: [
    'VipsForeignLoadJpegBuffer',
    'VipsForeignLoadPngBuffer',
    'VipsForeignLoadWebpBuffer',
    'VipsForeignLoadNsgifBuffer',
  ],
});
// Each worker draws one at a time, so that memory does not grow with their number.
sharp.cache(false);
sharp.concurrency(1);

/** @throws PictureUnfit for a file that is no picture in these formats */
export async function shownPicture(file: Buffer): Promise<ShownPicture> {
  if (!isPicture(file)) throw new PictureUnfit('not_a_picture');
  try {
    const webp = await sharp(file, { limitInputPixels: MOST_PIXELS, failOn: 'error', pages: 1 })
      .autoOrient()
      .resize(SIDE, SIDE, { fit: 'cover' })
      .webp({ quality: 80 })
      .timeout({ seconds: MOST_SECONDS })
      .toBuffer();
    if (webp.length > MOST_BYTES) throw new PictureUnfit('too_large');
    return { webp, width: SIDE };
  } catch (error) {
    if (error instanceof PictureUnfit) throw error;
    throw new PictureUnfit('unreadable');
  }
}

/** By its first bytes; a header's content type is ignored. */
function isPicture(file: Buffer): boolean {
  const starts = (...bytes: number[]): boolean => file.subarray(0, bytes.length).equals(Buffer.from(bytes));
  const text = (from: number, to: number): string => file.toString('latin1', from, to);
  return (
    starts(0xff, 0xd8, 0xff) ||
    starts(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a) ||
    (text(0, 4) === 'RIFF' && text(8, 12) === 'WEBP') ||
    ['GIF87a', 'GIF89a'].includes(text(0, 6))
  );
}
