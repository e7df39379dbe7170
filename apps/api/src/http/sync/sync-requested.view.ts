/** The runs under way after a request to sync. */

export class SyncRequestedView {
  run_ids!: string[];
}
