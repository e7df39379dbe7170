/** One picture, fetched from its provider and made ours; a failure leaves the old one in place. */
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { PictureId } from '@domain/ids.js';
import { Work } from '../ports/work.js';
import { PictureSource, PictureUnfit, Pictures } from './ports.js';

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
    const wanted = await this.work.run(() => this.pictures.wanted(id));
    if (wanted === null) return;
    try {
      const picture = await this.source.get(wanted.provider, wanted.sourceUrl);
      await this.work.run(() => this.pictures.store(wanted, picture));
    } catch (error) {
      if (!(error instanceof PictureUnfit)) throw error;
      await this.work.run(() => this.pictures.failed(wanted, error.problem));
    }
  }
}
