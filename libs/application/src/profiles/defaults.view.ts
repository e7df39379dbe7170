/** The default profile of each platform: the one chosen, and the one that is meant. */

export class DefaultView {
  /** Chosen by a person; null where nobody chose. */
  explicit!: string | null;
  /** The chosen one, else the only publishable profile of the platform, else null. */
  effective!: string | null;
}

export class DefaultsView {
  facebook!: DefaultView;
  instagram!: DefaultView;
  x!: DefaultView;
}
