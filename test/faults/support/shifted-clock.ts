// Loaded before the API: this process's clock goes wrong by CLOCK_SHIFT_MS, as a machine's without time service would.
const shift = Number(process.env['CLOCK_SHIFT_MS'] ?? 0);
const Real = Date;
const now = (): number => Real.now() + shift;

globalThis.Date = new Proxy(Real, {
  construct: (target, given: unknown[]) => Reflect.construct(target, given.length === 0 ? [now()] : given) as Date,
  apply: () => new Real(now()).toString(),
  get: (target, name) => (name === 'now' ? now : (Reflect.get(target, name) as unknown)),
});
