/** Lists the handlers and services of this folder. */
import { DispatchDuePicturesHandler } from './dispatch-due-pictures.js';
import { FetchPictureHandler } from './fetch-picture.js';

export const handlers = [DispatchDuePicturesHandler, FetchPictureHandler];
