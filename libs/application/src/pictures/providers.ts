/** What this folder brings to the program. */
import { DispatchDuePicturesHandler } from './dispatch-due-pictures.js';
import { FetchPictureHandler } from './fetch-picture.js';

export const handlers = [DispatchDuePicturesHandler, FetchPictureHandler];
