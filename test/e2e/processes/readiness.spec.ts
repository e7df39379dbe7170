// A process is ready while its database takes writes, however long requests wait for each other.
import { expect, it } from '@jest/globals';
import { Client } from 'pg';
import { eventually } from '../../support/eventually.js';
import { useFixture } from '../../support/fixture.js';

const fixture = useFixture({ env: { DATABASE_CONNECTIONS: '2' } });

it('stays ready while changes of one organisation wait for its lock on every connection for requests (OB-11)', async () => {
  const organisation = await fixture.organisation();
  const admin = await organisation.member('admin');
  const { profiles } = await admin.connect(organisation, 'x', (await fixture.xPerson()).id);
  const holder = new Client({ connectionString: fixture.database.directUrl });
  await holder.connect();
  await holder.query('begin');
  await holder.query('select id from app.organisation where id = $1 for update', [organisation.id]);

  const changes = Promise.all(
    [1, 2, 3, 4].map(() => admin.switch(organisation, profiles[0].id, { publish: true }).then(({ status }) => status)),
  );
  await eventually(async () => {
    const waiting = `select pid from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
    expect((await holder.query(waiting)).rows).toHaveLength(2);
  });
  expect((await fetch(`${fixture.origin}/ready`)).status).toBe(200);

  await holder.query('commit');
  await holder.end();
  expect(await changes).toEqual([200, 200, 200, 200]);
});
