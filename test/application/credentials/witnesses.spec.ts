/** Whether an answer pauses a provider for everybody: at once where it is definite about our app, else with a second witness. */
import { beforeEach, expect, it } from '@jest/globals';
import { ProviderMisconfigured } from '@application/ports/provider-fault.js';
import { ProviderPauses, type PauseReason } from '@application/ports/provider-pauses.js';
import { WatchedProvider } from '@infrastructure/providers/watched-provider.js';
import { codes, useProgram } from '../support/program.js';

const program = useProgram(2);
beforeEach(async () => {
  program.freshProviders();
  await program.sql('delete from app.provider_pause');
  await program.sql('delete from app.provider_suspicion');
});

/** An account, by its token, meets that answer in the process whose turn it is. */
async function meets(reason: PauseReason, token: string, turn = 0): Promise<void> {
  program.providers.x.whenIdentified = () => Promise.reject(new ProviderMisconfigured({ provider: 'x' }, reason));
  const watched = new WatchedProvider(program.providers.x, program.turn(turn).get(ProviderPauses));
  expect(await codes([watched.identify(token)])).toEqual(['provider_misconfigured']);
}
const paused = () => program.sql('select reason from app.provider_pause');

it.each(['client_credentials', 'app_suspended', 'credits_depleted'] as const)(
  '%s is definite: one account is enough, and a wrong client secret pauses the provider',
  async (reason) => {
    await meets(reason, 'token-of-ana');
    expect(await paused()).toEqual([{ reason }]);
  },
);

it.each(['not_enrolled', 'app_permissions'] as const)(
  '%s may be about one account: only a second one, in whatever process, pauses the provider',
  async (reason) => {
    for (let n = 0; n < 3; n += 1) await meets(reason, 'token-of-ana', n);
    expect(await paused()).toEqual([]);
    await meets(reason, 'token-of-bob', 1);
    expect(await paused()).toEqual([{ reason }]);
  },
);

it('two that met it an hour apart are no two witnesses, and no token is kept', async () => {
  await meets('not_enrolled', 'token-of-ana');
  expect(JSON.stringify(await program.sql('select * from app.provider_suspicion'))).not.toContain('token-of-ana');
  await program.sql("update app.provider_suspicion set at = at - interval '1 hour'");
  await meets('not_enrolled', 'token-of-bob');
  expect(await paused()).toEqual([]);
});
