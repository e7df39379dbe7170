/** The state of a process. */

export class StatusView {
  status!: 'ok' | 'unavailable';
}
