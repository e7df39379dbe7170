/** What is no longer granted is not kept: neither its use, nor the token that opened it. */
import { expect, it } from '@jest/globals';
import { useProgram } from '../support/program.js';

const program = useProgram(1);

it('the token of an account that is no longer granted is gone, and those of the others are not', async () => {
  const orgId = await program.organisation();
  const id = await program.connect(orgId, 'meta');
  program.providers.meta.pages = 2;
  await program.check(program.one, orgId, id);

  const grants = await program.sql(
    `select a.name, g.granted, g.problem, g.token is not null as kept
     from app.account_grant g join app.account a on a.org_id = g.org_id and a.id = g.account_id
     where g.connection_id = $1 order by a.name`,
    [id],
  );
  expect(grants).toEqual([
    { name: 'Page 0', granted: true, problem: null, kept: true },
    { name: 'Page 1', granted: true, problem: null, kept: true },
    { name: 'Page 2', granted: false, problem: 'not_granted', kept: false },
  ]);
});
