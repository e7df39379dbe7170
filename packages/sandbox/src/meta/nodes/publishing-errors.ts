/** Instagram's publishing refusals by subcode (docs/providers/meta.md, "Errors", the IG publishing list). */
import { GraphError } from '../contract/errors.js';

const REFUSALS: Readonly<Record<number, readonly [code: number, message: string]>> = {
  2207003: [-2, 'It takes too long to download the media.'],
  2207004: [36000, 'The image is too large to download.'],
  2207005: [36001, 'The image format is not supported: only JPEG is.'],
  2207006: [24, 'The requested resource does not exist: the media could not be found.'],
  2207008: [24, 'The media could not be found: the container does not exist or has expired.'],
  2207009: [36003, 'The aspect ratio of the image is not supported.'],
  2207010: [36004, 'The caption is too long.'],
  2207020: [-2, 'The media you are trying to access has expired. Please try to upload again.'],
  2207023: [100, '(#100) The media type is unknown.'],
  2207026: [352, '(#352) The video file you selected is in a format that we do not support.'],
  2207027: [9007, 'Media ID is not available: the media is not ready for publishing, please wait for a moment.'],
  2207028: [100, '(#100) The carousel needs between 2 and 10 photos or videos.'],
  2207040: [100, '(#100) The caption has too many tags.'],
  2207042: [
    9,
    '(#9) Application request limit reached: you reached the maximum number of posts that is allowed to be published.',
  ],
  2207050: [25, 'The Instagram account is restricted.'],
  2207051: [4, '(#4) Application request limit reached: the action is blocked as spam.'],
  2207052: [9004, 'Only photo or video can be accepted as media type: the media could not be fetched from this URI.'],
  2207053: [-1, 'An unknown error occurred during the upload.'],
  2207057: [1, 'The thumbnail offset is out of range.'],
};

/** The refusal of this subcode, as Graph sends it with HTTP 400. */
export function publishingRefusal(subcode: number): GraphError {
  const [code, message] = REFUSALS[subcode] ?? [-1, 'An unknown error occurred.'];
  return new GraphError(code, message, {
    subcode,
    status: 400,
    transient: code === -1 || subcode === 2207003,
    title: 'Media could not be published',
    userMessage: message,
  });
}
