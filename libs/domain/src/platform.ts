/** The two providers we hold grants at, and the three platforms of profiles. */

export const PROVIDERS = ['meta', 'x'] as const;
export type ProviderName = (typeof PROVIDERS)[number];

export const PLATFORMS = ['facebook', 'instagram', 'x'] as const;
export type Platform = (typeof PLATFORMS)[number];

/** A Meta grant exposes Facebook Pages and the Instagram accounts linked to them; an X grant one X account. */
export function providerOf(platform: Platform): ProviderName {
  return platform === 'x' ? 'x' : 'meta';
}
