/** An export, as the API shows it. */

export class ExportView {
  id!: string;
  state!: 'queued' | 'running' | 'ready' | 'failed' | 'expired';
  /** 0 to 1. */
  progress!: number;
  rows!: number;
  /** Of the file, compressed. */
  bytes!: number;
  requested_at!: string;
  ready_at!: string | null;
  /** When it is deleted: a day after it was ready. */
  expires_at!: string | null;
  /** Where to fetch it, with the same bearer token: JSON lines, gzip. null until it is ready. */
  download_url!: string | null;
}
