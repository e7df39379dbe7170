/** The values that X's query parameters accept (docs/providers/x.md §3.2); an unknown one is answered with these lists. */

const words = (text: string): string[] => text.trim().split(/\s+/);

const shared =
  words(`id text withheld rest_id created_at author_id conversation_id in_reply_to_user_id attachments lang possibly_sensitive
  paid_partnership reply_settings source display_text_range card_uri community_id scopes username suggested_source_links
  suggested_source_links_with_counts matched_media_notes note_request_suggestions public_metrics context_annotations entities geo edit_controls
  media_metadata non_public_metrics organic_metrics promoted_metrics article`);

export const accepted: Record<string, readonly string[]> = {
  'tweet.fields': [...shared, 'edit_history_tweet_ids', 'referenced_tweets', 'note_tweet'],
  'post.fields': [...shared, 'edit_history_post_ids', 'referenced_posts', 'note_post', 'article_title'],
  'user.fields':
    words(`affiliation confirmed_email connection_status created_at description entities id is_identity_verified location most_recent_tweet_id
    most_recent_post_id name parody pinned_tweet_id pinned_post_id profile_banner_url profile_image_url protected public_metrics receives_your_dm
    subscribes_to_you subscription subscription_type url username verified verified_followers_count verified_type withheld`),
  'media.fields':
    words(`alt_text duration_ms height width media_key type url preview_image_url public_metrics non_public_metrics organic_metrics
    promoted_metrics variants`),
  'poll.fields': words('duration_minutes end_datetime id options voting_status'),
  'place.fields': words('contained_within country country_code full_name geo id name place_type'),
  expansions:
    words(`author_id in_reply_to_user_id attachments.media_keys attachments.poll_ids attachments.media_source_tweet entities.mentions.username
    geo.place_id article.cover_media article.media_entities edit_history_tweet_ids edit_history_post_ids referenced_tweets.id referenced_posts.id
    referenced_posts referenced_tweets referenced_tweets.id.author_id referenced_posts.id.author_id referenced_tweets.id.attachments.media_keys
    referenced_posts.id.attachments.media_keys author_screen_name`),
};

export const userExpansions = words(
  'pinned_tweet_id pinned_post_id most_recent_tweet_id most_recent_post_id affiliation.user_id',
);
