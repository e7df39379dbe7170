/** Every picture that is new, changed or a day old gets a job, in one transaction; any number of processes may ask at once. */
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Jobs } from '../ports/jobs.js';
import { Work } from '../ports/work.js';
import { Pictures } from './ports.js';

const BATCH = 500;

/** Answers how many it dispatched. */
export class DispatchDuePictures extends Command<number> {}

@CommandHandler(DispatchDuePictures)
export class DispatchDuePicturesHandler implements ICommandHandler<DispatchDuePictures> {
  constructor(
    private readonly work: Work,
    private readonly pictures: Pictures,
    private readonly jobs: Jobs,
  ) {}

  /** One batch at a time: pictures are no hurry, and the queue is there for others too. */
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
