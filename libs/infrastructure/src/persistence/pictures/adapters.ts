/** Binds the ports to the adapters of this folder. */
import type { Provider } from '@nestjs/common';
import { Pictures } from '@application/pictures/ports.js';
import { PostgresPictures } from './picture.table.js';

export const adapters: Provider[] = [{ provide: Pictures, useClass: PostgresPictures }];
