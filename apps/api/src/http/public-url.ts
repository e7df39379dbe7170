/** Our own origin, from configuration: no header of a request can change the target of a link. */

export class PublicUrl {
  constructor(readonly origin: string) {}

  to(path: `/${string}`): string {
    return this.origin + path;
  }
}
