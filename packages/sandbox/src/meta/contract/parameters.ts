/** The names of parameters that the contract sheet knows. */

const KNOWN_PARAMETERS = new Set(
  `access_token appsecret_proof appsecret_time date_preset fields limit after before since until metric period metric_type breakdown timeframe
   client_id client_secret redirect_uri code grant_type fb_exchange_token input_token permission status batch include_headers pretty debug
   message link published scheduled_publish_time attached_media targeting feed_targeting backdated_time text_format_preset_id url caption
   alt_text_custom temporary name file_url description title thumb upload_phase file_size upload_session_id start_offset video_id video_state
   image_url video_url media_type is_carousel_item children alt_text user_tags location_id collaborators cover_url thumb_offset share_to_feed
   audio_name trial_params is_ai_generated upload_type creation_id is_published is_hidden type redirect locale`
    .split(/\s+/)
    .filter((name) => name !== ''),
);

/** `attached_media[0]` is one of `attached_media`. */
export const isKnownParameter = (name: string): boolean => KNOWN_PARAMETERS.has(name.replace(/\[\d+\]$/, ''));
