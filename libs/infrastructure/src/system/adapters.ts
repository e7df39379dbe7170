/** Binds the ports to the adapters of this folder. */
import type { Provider } from '@nestjs/common';
import { Clock, Digest, Randomness } from '@application/ports/work.js';
import { Sha256, SystemClock, SystemRandomness } from './system.js';

export const adapters: Provider[] = [
  { provide: Clock, useClass: SystemClock },
  { provide: Randomness, useClass: SystemRandomness },
  { provide: Digest, useClass: Sha256 },
];
