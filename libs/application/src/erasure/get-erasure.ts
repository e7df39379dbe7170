/** How far an erasure is. */
import { Query } from '@nestjs/cqrs';
import type { OrgId } from '@domain/ids.js';
import type { ErasureReceiptView, ErasureView } from './erasure.view.js';

/** The organisation's latest. Throws `ErasureNotFound`. */
export class GetErasure extends Query<ErasureView> {
  constructor(readonly orgId: OrgId) {
    super();
  }
}

/** By the receipt's secret. Throws `ErasureNotFound`. */
export class GetErasureReceipt extends Query<ErasureReceiptView> {
  constructor(readonly receiptHash: Uint8Array) {
    super();
  }
}
