/** An erasure, for its organisation and for whoever holds the receipt. */

export class ErasureView {
  state!: 'pending' | 'running' | 'done' | 'canceled';
  requested_at!: string;
  /** Until then it can be canceled. */
  due_at!: string;
}

export class ErasureRequestedView extends ErasureView {
  /** The receipt's address: it works without a sign-in, and after the organisation is gone. Shown once. */
  receipt_url!: string;
}

/** Nothing in it tells whose erasure it was. */
export class ErasureReceiptView extends ErasureView {
  ended_at!: string | null;
  connections_disconnected!: number;
  rows_deleted!: number;
}
