/** The default profile of each platform: the explicit one, and the effective one. */

export class DefaultView {
  /** Chosen by a person; null where none was chosen. */
  explicit!: string | null;
  /** The chosen one, else the only publishable profile of the platform, else null. */
  effective!: string | null;
}

export class DefaultsView {
  facebook!: DefaultView;
  instagram!: DefaultView;
  x!: DefaultView;
}
