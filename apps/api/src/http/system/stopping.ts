/** Whether the process has been asked to end: it still answers, and says that it should be asked no more. */
import { Injectable } from '@nestjs/common';

@Injectable()
export class Stopping {
  begun = false;
}
