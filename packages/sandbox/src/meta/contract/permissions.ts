/** Meta's permissions: which exist, which assets each is granted for, and which outlive the data-access expiry (docs/providers/meta.md, "Scopes and tasks"). */

export type AssetKind = 'page' | 'instagram' | 'business' | 'none';

interface Permission {
  /** The kind of id that `granular_scopes[].target_ids` lists for it. */
  readonly assets: AssetKind;
  /** Lapses 90 days after the person was last active. The instagram_* permissions are missing from Meta's list of exempt ones. */
  readonly lapses?: boolean;
}

export const PERMISSIONS: Readonly<Record<string, Permission>> = {
  public_profile: { assets: 'none' },
  email: { assets: 'none', lapses: true },
  openid: { assets: 'none' },
  pages_show_list: { assets: 'page' },
  pages_read_engagement: { assets: 'page' },
  pages_read_user_content: { assets: 'page' },
  pages_manage_posts: { assets: 'page' },
  pages_manage_engagement: { assets: 'page' },
  pages_manage_metadata: { assets: 'page' },
  pages_manage_ads: { assets: 'page' },
  pages_manage_cta: { assets: 'page' },
  pages_messaging: { assets: 'page' },
  publish_video: { assets: 'page' },
  read_insights: { assets: 'page' },
  instagram_basic: { assets: 'instagram', lapses: true },
  instagram_content_publish: { assets: 'instagram', lapses: true },
  instagram_manage_insights: { assets: 'instagram', lapses: true },
  instagram_manage_comments: { assets: 'instagram', lapses: true },
  instagram_manage_contents: { assets: 'instagram', lapses: true },
  instagram_manage_messages: { assets: 'instagram', lapses: true },
  business_management: { assets: 'business' },
  ads_management: { assets: 'business' },
  ads_read: { assets: 'business' },
};

export type PermissionStatus = 'granted' | 'declined' | 'expired';

export const isKnownPermission = (name: string): boolean => Object.hasOwn(PERMISSIONS, name);

/** Granted with every login and impossible to untick. */
export const ALWAYS_GRANTED = 'public_profile';

/** What `config_id` of the sandbox's Facebook Login for Business configuration asks for. */
export const CONFIGURED_PERMISSIONS: readonly string[] = [
  'pages_show_list',
  'pages_read_engagement',
  'pages_read_user_content',
  'pages_manage_posts',
  'read_insights',
  'business_management',
  'instagram_basic',
  'instagram_content_publish',
  'instagram_manage_insights',
];

export const assetsOf = (permission: string): AssetKind => PERMISSIONS[permission]?.assets ?? 'none';

export const lapses = (permission: string): boolean => PERMISSIONS[permission]?.lapses === true;
