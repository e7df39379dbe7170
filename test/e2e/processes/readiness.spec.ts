// A process is ready while its database takes writes, however long requests wait for each other.
import { expect, it } from '@jest/globals';
import { Client } from 'pg';
import { eventually } from '../../support/story.js';
import { useWorld } from '../../support/world.js';

const world = useWorld({ env: { DATABASE_CONNECTIONS: '2' } });

it('stays ready while changes of one organisation wait for its lock on every connection for requests (OB-11)', async () => {
  const organisation = await world.organisation();
  const admin = await organisation.member('admin');
  const { profiles } = await admin.connect(organisation, 'x', (await world.xPerson()).id);
  const holder = new Client({ connectionString: world.database.directUrl });
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
  expect((await fetch(`${world.origin}/ready`)).status).toBe(200);

  await holder.query('commit');
  await holder.end();
  expect(await changes).toEqual([200, 200, 200, 200]);
});
