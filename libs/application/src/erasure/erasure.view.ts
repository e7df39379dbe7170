/** An erasure, as its organisation and the holder of the receipt see it. */

export class ErasureView {
  state!: 'pending' | 'running' | 'done' | 'canceled';
  requested_at!: string;
  /** Until then it can be canceled. */
  due_at!: string;
}

export class ErasureRequestedView extends ErasureView {
  /** The receipt's address: it works without a sign-in, and after the organisation is deleted. Shown once. */
  receipt_url!: string;
}

/** An erasure without the name of the organisation. */
export class ErasureReceiptView extends ErasureView {
  ended_at!: string | null;
  connections_disconnected!: number;
  rows_deleted!: number;
}
