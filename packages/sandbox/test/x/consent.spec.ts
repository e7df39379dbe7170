/** X's consent page against docs/providers/x.md §2.1. */
import { describe, expect, it } from '@jest/globals';
import { load } from 'cheerio';
import { useSandbox } from '../support/sandbox.js';
import { authorizeQuery, newVerifier, redirectUri, XClient } from '../support/x-client.js';

const control = useSandbox();
const x = new XClient(control);

describe('the consent page', () => {
  it('shows what is asked for, escaped, and may redirect to the app only', async () => {
    const answer = await fetch(
      `${control.origin}/i/oauth2/authorize?${authorizeQuery('v', { state: '"><script>' }).toString()}`,
    );
    const $ = load(await answer.text());
    expect(answer.status).toBe(200);
    expect($('li')).toHaveLength(5);
    expect($('script')).toHaveLength(0);
    expect($('input[name=state]').attr('value')).toBe('"><script>');
    expect($('select[name=person] option').length).toBeGreaterThanOrEqual(2);
    expect(answer.headers.get('content-security-policy')).toContain("form-action 'self' http://127.0.0.1:4000");
    expect(answer.headers.get('referrer-policy')).toBe('no-referrer');
  });

  it('answers with state before code, and cancels with access_denied', async () => {
    const person = await control.person('x');
    const allowed = await x.consent(authorizeQuery(newVerifier(), { state: 'a b&c' }), person.id);
    expect(allowed.href).toMatch(/^http:\/\/127\.0\.0\.1:4000\/oauth\/x\/callback\?state=a\+b%26c&code=[\w-]{80,}$/);
    const denied = await x.consent(authorizeQuery(newVerifier(), { state: 's' }), person.id, 'deny');
    expect(denied.search).toBe('?error=access_denied&state=s');
    await control.turn('x.deny_description', 'on', person.id);
    expect(
      (await x.consent(authorizeQuery(newVerifier()), person.id, 'deny')).searchParams.get('error_description'),
    ).toBeTruthy();
  });

  it.each<[string, Record<string, string>]>([
    ['an unknown client', { client_id: 'other' }],
    ['another response type', { response_type: 'token' }],
    ['a redirect URI with a slash too many', { redirect_uri: `${redirectUri}/` }],
    ['a redirect URI on another host name', { redirect_uri: 'http://localhost:4000/oauth/x/callback' }],
    ['an unknown scope', { scope: 'tweet.read tweet.fly' }],
    ['no scope', { scope: '' }],
    ['no state', { state: '' }],
    ['a state of 501 characters', { state: 's'.repeat(501) }],
    ['no challenge', { code_challenge: '' }],
    ['an unknown challenge method', { code_challenge_method: 'S512' }],
  ])('refuses %s on a page of its own, without redirecting', async (_, change) => {
    for (const send of [
      fetch(`${control.origin}/i/oauth2/authorize?${authorizeQuery('v', change).toString()}`, { redirect: 'manual' }),
      fetch(`${control.origin}/i/oauth2/authorize`, {
        method: 'POST',
        body: authorizeQuery('v', { ...change, person: '1111111111', decision: 'allow' }),
        redirect: 'manual',
      }),
    ]) {
      const answer = await send;
      expect(answer.status).toBe(400);
      expect(answer.headers.get('location')).toBeNull();
      expect(await answer.text()).toContain('Something went wrong');
    }
  });

  it('takes a plus between scopes, and a redirect URI once it is registered', async () => {
    const uri = 'http://127.0.0.1:4999/cb?tenant=1';
    await control.call('POST', '/redirect-uris', { uri });
    const person = await control.person('x');
    const back = await x.consent(
      authorizeQuery(newVerifier(), { redirect_uri: uri, scope: 'tweet.read+users.read' }),
      person.id,
    );
    expect(back.searchParams.get('tenant')).toBe('1');
    expect(back.searchParams.get('code')).toBeTruthy();
  });
});
