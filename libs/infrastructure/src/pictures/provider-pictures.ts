/** Fetches a provider's pictures from its own hosts, and converts them. */
import { PictureSource, PictureUnfit, type ShownPicture } from '@application/pictures/ports.js';
import type { ProviderName } from '@domain/platform.js';
import { FileRefused, type FileClient, type Permit } from '../http/file-client.js';
import { shownPicture } from './shown-picture.js';

/** The providers' hosts of pictures; a leading dot stands for every host below. Other addresses are refused. */
const HOSTS: Readonly<Record<ProviderName, readonly string[]>> = {
  meta: ['.fbcdn.net', '.cdninstagram.com', '.fbsbx.com'],
  x: ['pbs.twimg.com', 'abs.twimg.com'],
};

export class ProviderPictures extends PictureSource {
  constructor(
    private readonly files: FileClient,
    /** Besides the providers' hosts: for example a sandbox. */
    private readonly origins: readonly string[],
  ) {
    super();
  }

  override async get(provider: ProviderName, url: string): Promise<ShownPicture> {
    try {
      return await shownPicture(await this.files.get(url, this.permit(provider)));
    } catch (error) {
      if (error instanceof FileRefused) throw new PictureUnfit(error.reason);
      throw error;
    }
  }

  private permit(provider: ProviderName): Permit {
    return (url) => {
      if (this.origins.includes(url.origin)) return 'configured';
      const host = url.hostname.toLowerCase();
      const known = HOSTS[provider].some((one) => (one.startsWith('.') ? host.endsWith(one) : host === one));
      return known && url.protocol === 'https:' && url.port === '' ? 'public' : null;
    };
  }
}
