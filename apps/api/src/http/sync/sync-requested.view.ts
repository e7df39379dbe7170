/** The runs in progress after a request to sync. */

export class SyncRequestedView {
  run_ids!: string[];
}
