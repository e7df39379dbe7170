/** Fetches one picture from its provider and stores a copy; a failure leaves the old one in place. */
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { waitSeconds } from '@domain/backoff.js';
import type { PictureId } from '@domain/ids.js';
import { Work } from '../ports/work.js';
import { PICTURE_POLICY, PictureSource, PictureUnfit, Pictures } from './ports.js';

export class FetchPicture extends Command<void> {
  constructor(readonly id: PictureId) {
    super();
  }
}

@CommandHandler(FetchPicture)
export class FetchPictureHandler implements ICommandHandler<FetchPicture> {
  constructor(
    private readonly work: Work,
    private readonly pictures: Pictures,
    private readonly source: PictureSource,
  ) {}

  async execute({ id }: FetchPicture): Promise<void> {
    const claimed = await this.work.run(() => this.pictures.claim(id));
    if (claimed === null) return;
    try {
      const picture = await this.source.get(claimed.provider, claimed.sourceUrl);
      await this.work.run(() => this.pictures.complete(claimed, picture));
    } catch (error) {
      const problem = error instanceof PictureUnfit ? error.problem : 'internal_error';
      const seconds = waitSeconds(PICTURE_POLICY.backoff, claimed.tries);
      await this.work.run(() => this.pictures.retry(claimed, seconds, problem));
      if (!(error instanceof PictureUnfit)) throw error;
    }
  }
}
