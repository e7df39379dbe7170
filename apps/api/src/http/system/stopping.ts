/** Whether the process has been asked to end: it still answers requests, while `/ready` answers 503. */
import { Injectable } from '@nestjs/common';

@Injectable()
export class Stopping {
  begun = false;
}
