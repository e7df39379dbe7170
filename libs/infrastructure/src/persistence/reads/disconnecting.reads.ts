/** Reads the preview of a disconnect, and receipts. */
import { Injectable } from '@nestjs/common';
import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { sql, type RawBuilder } from 'kysely';
import type {
  DisconnectionView,
  DisconnectPreviewView,
  RevocationView,
} from '@application/disconnecting/disconnection.view.js';
import {
  DisconnectionNotFound,
  GetDisconnection,
  GetReceipt,
  ListDisconnections,
  PreviewDisconnect,
} from '@application/disconnecting/preview-disconnect.js';
import { Cursors, type Page } from '@application/ports/cursors.js';
import { Providers } from '@application/ports/providers.js';
import { toWire } from '@application/wire-ids.js';
import { ConnectionNotFound } from '@domain/connection/connection.js';
import type { ProviderName } from '@domain/platform.js';
import { Database, iso } from '../database.js';
import { after, pageOf } from './page.js';

@QueryHandler(PreviewDisconnect)
export class PreviewDisconnectHandler implements IQueryHandler<PreviewDisconnect> {
  constructor(private readonly database: Database) {}

  async execute({ orgId, id }: PreviewDisconnect): Promise<DisconnectPreviewView> {
    const [connection] = await this.database.read(sql<{
      provider: ProviderName;
      external_user_id: string;
      shared: boolean;
      syncs: number;
      posts: number;
    }>`
      select c.provider, c.external_user_id,
        c.provider = 'meta' and (exists (select 1 from app.connection other
          where other.provider = c.provider and other.external_user_id = c.external_user_id and other.id <> c.id)
          -- A pending grant of the same person in this organisation is revoked with the connection.
          or exists (select 1 from app.waiting_grant w where w.provider = c.provider
            and w.external_user_id = c.external_user_id and w.org_id <> c.org_id)) as shared,
        (select count(*)::int from app.sync_run r join app.profile p on p.org_id = r.org_id and p.id = r.account_id
          where p.org_id = c.org_id and p.connection_id = c.id and r.state in ('queued', 'running', 'waiting')) as syncs,
        (select count(*)::int from app.post t join app.profile p on p.org_id = t.org_id and p.id = t.account_id
          where p.org_id = c.org_id and p.connection_id = c.id) as posts
      from app.connection c where c.org_id = ${orgId} and c.id = ${id}`);
    if (connection === undefined) throw new ConnectionNotFound();
    const profiles = await this.database.read(sql<{ id: string; name: string; passes_to: string | null }>`
      select p.id, a.name, (
        select g.connection_id from app.account_grant g
        join app.connection successor on successor.org_id = g.org_id and successor.id = g.connection_id
        where g.org_id = p.org_id and g.account_id = p.id and g.connection_id <> p.connection_id and g.granted
        order by successor.authorised_at desc limit 1) as passes_to
      from app.profile p join app.account a on a.org_id = p.org_id and a.id = p.id
      where p.org_id = ${orgId} and p.connection_id = ${id} order by p.platform, a.name`);
    return {
      connection_id: toWire('conn', id),
      profiles: profiles.map((row) => ({
        id: toWire('prof', row.id),
        name: row.name,
        passes_to: row.passes_to === null ? null : toWire('conn', row.passes_to),
      })),
      syncs_to_cancel: connection.syncs,
      posts_to_cancel: 0,
      posts_kept: connection.posts,
      grants: [
        {
          provider: connection.provider,
          external_user_id: connection.external_user_id,
          revocation: connection.shared ? 'kept_shared_grant' : 'revoke',
        },
      ],
    };
  }
}

interface ReceiptRow {
  id: string;
  connection_id: string;
  provider: ProviderName;
  display_name: string;
  at: string;
  requested_by: string | null;
  profiles_removed: number;
  profiles_passed_on: number;
  runs_canceled: number;
  posts_kept: number;
  revocations: { provider: ProviderName; outcome: RevocationView['outcome']; ended_at: string | null }[];
}

const selectReceipts = (where: RawBuilder<unknown>): RawBuilder<ReceiptRow> => sql<ReceiptRow>`
  select d.id, d.connection_id, d.provider, d.display_name, d.at, d.requested_by, d.profiles_removed,
    d.profiles_passed_on, d.runs_canceled, d.posts_kept,
    jsonb_agg(jsonb_build_object('provider', r.provider, 'outcome', r.outcome, 'ended_at', r.ended_at) order by r.id)
      as revocations
  from app.disconnection d join app.revocation r on r.org_id = d.org_id and r.disconnection_id = d.id
  where ${where} group by d.id`;

/** Injectable, so that its subclasses inherit its constructor. */
@Injectable()
abstract class Receipts {
  constructor(
    protected readonly database: Database,
    private readonly providers: Providers,
  ) {}

  protected async one(where: RawBuilder<unknown>): Promise<DisconnectionView | null> {
    const [row] = await this.database.read(selectReceipts(where));
    return row === undefined ? null : this.view(row);
  }

  protected view(row: ReceiptRow): DisconnectionView {
    return {
      id: toWire('disc', row.id),
      connection_id: toWire('conn', row.connection_id),
      provider: row.provider,
      display_name: row.display_name,
      at: iso(row.at),
      requested_by: row.requested_by,
      profiles_removed: row.profiles_removed,
      profiles_passed_on: row.profiles_passed_on,
      syncs_canceled: row.runs_canceled,
      posts_kept: row.posts_kept,
      revocations: row.revocations.map(({ provider, outcome, ended_at }) => ({
        provider,
        outcome,
        ended_at: ended_at === null ? null : new Date(ended_at).toISOString(),
        connected_apps_url: this.providers.connectedAppsUrl(provider),
      })),
    };
  }
}

@QueryHandler(ListDisconnections)
export class ListDisconnectionsHandler extends Receipts implements IQueryHandler<ListDisconnections> {
  constructor(
    database: Database,
    providers: Providers,
    private readonly cursors: Cursors,
  ) {
    super(database, providers);
  }

  async execute({ orgId, page }: ListDisconnections): Promise<Page<DisconnectionView>> {
    const list = `disconnections/${orgId}`;
    const rows = await this.database.read(sql<ReceiptRow>`
      ${selectReceipts(sql`d.org_id = ${orgId}
        and ${after(page, this.cursors, list, ([id]) => sql`d.id < ${id}::uuid`)}`)}
      order by d.id desc limit ${page.limit + 1}`);
    return pageOf(
      rows,
      page,
      this.cursors,
      list,
      (row) => [row.id],
      (row) => this.view(row),
    );
  }
}

@QueryHandler(GetDisconnection)
export class GetDisconnectionHandler extends Receipts implements IQueryHandler<GetDisconnection> {
  async execute({ orgId, id }: GetDisconnection): Promise<DisconnectionView> {
    const receipt = await this.one(sql`d.org_id = ${orgId} and d.id = ${id}`);
    if (receipt === null) throw new DisconnectionNotFound();
    return receipt;
  }
}

@QueryHandler(GetReceipt)
export class GetReceiptHandler extends Receipts implements IQueryHandler<GetReceipt> {
  async execute({ orgId, connectionId }: GetReceipt): Promise<DisconnectionView> {
    const receipt = await this.one(sql`d.org_id = ${orgId} and d.connection_id = ${connectionId}`);
    if (receipt === null) throw new ConnectionNotFound();
    return receipt;
  }
}
