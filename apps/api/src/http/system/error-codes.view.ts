/** Error codes and what they mean. */

export class ErrorCodeView {
  code!: string;
  status!: number;
  title!: string;
  /** Whether the same request may work later without a change. */
  retryable!: boolean;
  action!: 'reconnect' | 'fix_content' | 'wait' | 'upgrade_plan' | 'contact_admin' | null;
}

export class ErrorCodesView {
  data!: ErrorCodeView[];
  next_cursor!: string | null;
}
