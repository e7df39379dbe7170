/** Rows kept in memory between calls: a bounded number, and all are dropped when one of them may have changed. */
export class RowCache<T> {
  private readonly rows = new Map<string, T | undefined>();

  constructor(private readonly most: number) {}

  get(key: string, read: () => T | undefined): T | undefined {
    if (this.rows.has(key)) return this.rows.get(key);
    const row = read();
    if (this.rows.size >= this.most) this.rows.clear();
    this.rows.set(key, row);
    return row;
  }

  clear(): void {
    this.rows.clear();
  }
}
