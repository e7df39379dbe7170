/**
 * Sends a job for each picture that is new, changed or a day old, in one transaction; any number of processes may run
 * this at once.
 */
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Jobs } from '../ports/jobs.js';
import { Work } from '../ports/work.js';
import { Pictures } from './ports.js';

const BATCH = 500;

/** Returns how many it sent. */
export class DispatchDuePictures extends Command<number> {}

@CommandHandler(DispatchDuePictures)
export class DispatchDuePicturesHandler implements ICommandHandler<DispatchDuePictures> {
  constructor(
    private readonly work: Work,
    private readonly pictures: Pictures,
    private readonly jobs: Jobs,
  ) {}

  /** One batch at a time: pictures are not urgent, and other jobs need the queue. */
  execute(): Promise<number> {
    return this.work.run(async () => {
      const due = await this.pictures.requeueStalled(BATCH);
      await this.jobs.send(
        'fetch-picture',
        due.map((id) => ({ pictureId: id })),
      );
      return due.length;
    });
  }
}
