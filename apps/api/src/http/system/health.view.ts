/** The state of a process. */

export class HealthView {
  status!: 'ok' | 'unavailable';
}
