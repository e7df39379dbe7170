/** The X platform's tables. Seeded posts have no rows; see posts/seeded-posts.ts. */
import type { DatabaseSync } from 'node:sqlite';

export function createXTables(db: DatabaseSync): void {
  db.exec(`
    CREATE TABLE IF NOT EXISTS x_grants (
      id TEXT PRIMARY KEY, person TEXT NOT NULL, client TEXT NOT NULL, scope TEXT NOT NULL, created_at INTEGER NOT NULL,
      state TEXT NOT NULL) STRICT;
    CREATE INDEX IF NOT EXISTS x_grants_person ON x_grants (person);
    CREATE TABLE IF NOT EXISTS x_codes (
      code TEXT PRIMARY KEY, client TEXT NOT NULL, person TEXT NOT NULL, redirect_uri TEXT NOT NULL, scope TEXT NOT NULL,
      challenge TEXT NOT NULL, method TEXT NOT NULL, expires_at INTEGER NOT NULL, used INTEGER NOT NULL DEFAULT 0) STRICT;
    CREATE TABLE IF NOT EXISTS x_tokens (
      token TEXT PRIMARY KEY, kind TEXT NOT NULL, grant_id TEXT NOT NULL, person TEXT NOT NULL, client TEXT NOT NULL,
      scope TEXT NOT NULL, issued_at INTEGER NOT NULL, expires_at INTEGER NOT NULL, state TEXT NOT NULL,
      rotated_at INTEGER, next_access TEXT, next_refresh TEXT) STRICT;
    CREATE INDEX IF NOT EXISTS x_tokens_grant ON x_tokens (grant_id);
    CREATE TABLE IF NOT EXISTS x_posts (
      id TEXT PRIMARY KEY, author TEXT NOT NULL, created_at INTEGER NOT NULL, written_at INTEGER NOT NULL, fold TEXT NOT NULL, post TEXT NOT NULL,
      gone TEXT) STRICT;
    CREATE INDEX IF NOT EXISTS x_posts_author ON x_posts (author, id) WHERE gone IS NULL;
    CREATE INDEX IF NOT EXISTS x_posts_fold ON x_posts (author, fold, written_at);
    CREATE TABLE IF NOT EXISTS x_marks (id TEXT PRIMARY KEY, deleted INTEGER NOT NULL DEFAULT 0, metrics TEXT NOT NULL DEFAULT '{}', factor REAL NOT NULL DEFAULT 1) STRICT;
    CREATE TABLE IF NOT EXISTS x_media (
      id TEXT PRIMARY KEY, owner TEXT NOT NULL, created_at INTEGER NOT NULL, finished_at INTEGER, media TEXT NOT NULL) STRICT;
    CREATE TABLE IF NOT EXISTS x_media_segments (media TEXT NOT NULL, segment INTEGER NOT NULL, bytes BLOB NOT NULL, PRIMARY KEY (media, segment)) STRICT;
    CREATE TABLE IF NOT EXISTS x_billed (bill TEXT PRIMARY KEY, day TEXT NOT NULL, bits BLOB NOT NULL, ids TEXT NOT NULL) STRICT;
  `);
}
