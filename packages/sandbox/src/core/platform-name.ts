/** The platforms that the sandbox stands in for. */
export const PLATFORM_NAMES = ['x', 'meta'] as const;
export type PlatformName = (typeof PLATFORM_NAMES)[number];
