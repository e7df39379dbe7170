/** The ports that this folder answers. */
import type { Provider } from '@nestjs/common';
import { Pictures } from '@application/pictures/ports.js';
import { PostgresPictures } from './picture.table.js';

export const adapters: Provider[] = [{ provide: Pictures, useClass: PostgresPictures }];
