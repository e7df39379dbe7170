/** Rows kept in memory between calls, few enough that memory stays flat, and all forgotten when one of them may have changed. */
export class Remembered<T> {
  private readonly rows = new Map<string, T | undefined>();

  constructor(private readonly most: number) {}

  get(key: string, read: () => T | undefined): T | undefined {
    if (this.rows.has(key)) return this.rows.get(key);
    const row = read();
    if (this.rows.size >= this.most) this.rows.clear();
    this.rows.set(key, row);
    return row;
  }

  forget(): void {
    this.rows.clear();
  }
}
