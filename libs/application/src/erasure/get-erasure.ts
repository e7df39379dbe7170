/** Reads the state of an erasure. */
import { Query } from '@nestjs/cqrs';
import type { OrgId } from '@domain/ids.js';
import type { ErasureReceiptView, ErasureView } from './erasure.view.js';

/**
 * The organisation's latest.
 * @throws ErasureNotFound
 */
export class GetErasure extends Query<ErasureView> {
  constructor(readonly orgId: OrgId) {
    super();
  }
}

/**
 * By the receipt's secret.
 * @throws ErasureNotFound
 */
export class GetErasureReceipt extends Query<ErasureReceiptView> {
  constructor(readonly receiptHash: Uint8Array) {
    super();
  }
}
