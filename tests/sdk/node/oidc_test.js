// Sign-in at the organisation's own OpenID provider, a real one; and what attackers would try.
'use strict';

const assert = require('node:assert/strict');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { after, before, beforeEach, test } = require('node:test');

const { Browser, OpenIdProvider, SECRET } = require('./openid_provider.js');
const { startServer } = require('./server.js');

const LI = '7cdcc7c2';
const START = '/api/v1/session/oidc/start';
const CALLBACK = '/api/v1/session/oidc/callback';

let provider;
let server;
let folder;
before(async () => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'carillon-oidc-'));
  const secret = path.join(folder, 'client_secret');
  fs.writeFileSync(secret, `${SECRET}\n`, { mode: 0o600 });
  provider = await new OpenIdProvider().listen();
  const settings = {
    'oidc.issuer': provider.issuer,
    'oidc.client_id': 'carillon',
    'oidc.client_secret_file': secret,
    'oidc.allow_addresses': '127.0.0.1',
    'oidc.tenant_key': 'acme',
    'oidc.person_claim': 'sub',
    'oidc.operator_claim': 'preferred_username',
    'console.sign_ins_per_minute': '0',
  };
  const roles = ['watchers=viewer', 'senders=sender', 'admins=admin'];
  server = await startServer(
    ...Object.entries(settings).flatMap(([name, value]) => ['--set', `${name}=${value}`]),
    ...roles.flatMap((role) => ['--set', `oidc.operator_roles=${role}`]),
  );
  await provider.serve(server.url + CALLBACK);
  provider.people.set('boss', { preferred_username: 'boss', groups: ['senders', 'admins'] });
  provider.people.set('guest', { preferred_username: 'guest', groups: ['visitors'] });
});
after(async () => {
  await server.stop();
  await provider.close();
  fs.rmSync(folder, { recursive: true, force: true });
});
beforeEach(() => {
  provider.changeTokens = null;
});

const isCallback = (url) => url.startsWith(server.url + CALLBACK);
const isOurs = (url) => url.startsWith(server.url) && !new URL(url).pathname.startsWith('/api/');

// Up to the address that the provider sends the browser back to.
const comeBack = (browser, login, query = '') =>
  browser.follow(`${server.url}${START}?${query}`, login, isCallback);

// All the way; gives where on our pages the browser ends up.
const signIn = async (login, query = '', browser = new Browser()) => {
  const end = await browser.follow(`${server.url}${START}?${query}`, login, isOurs);
  const session = await (await browser.fetch(`${server.url}/api/v1/session`)).json();
  return { browser, session, path: end.slice(server.url.length) };
};

test('a person signs in and goes on to where they wanted to go', async () => {
  const { session, path: end, browser } = await signIn(LI, 'who=person&next=/inbox/settings?a=b');
  assert.equal(end, '/inbox/settings?a=b');
  assert.equal(session.person.user_id, LI);
  assert.equal(session.person.tenant_key, 'acme');
  assert.equal(session.operator, null);
  assert.equal(session.sign_in.oidc, true);
  const of = (name) => browser.cookies.filter((line) => line.startsWith(`${name}=`));
  assert.match(of('carillon_person')[0], /; Path=\/; Max-Age=\d+; HttpOnly; SameSite=Strict/);
  assert.match(of('carillon_sign_in')[0], /; Path=\/; Max-Age=600; HttpOnly; SameSite=Lax/);
  assert.match(of('carillon_sign_in')[1], /Max-Age=0/);
  const inbox = await browser.fetch(`${server.url}/api/v1/inbox`);
  assert.equal(inbox.status, 200);
});

test('an operator has the best role that their groups give, and no other', async () => {
  const { session, path: end } = await signIn('boss', 'who=operator');
  assert.equal(end, '/console');
  assert.deepEqual([session.operator.name, session.operator.role], ['oidc:boss', 'admin']);
  assert.equal(session.person, null);
  const guest = await signIn('guest', 'who=operator');
  assert.equal(guest.path, '/console?sign_in_failed=no_role');
  assert.equal(guest.session.operator, null);
});

test('an operator whose groups change has the new role, and the old session ends', async () => {
  provider.people.set('ann', { preferred_username: 'ann', groups: ['senders'] });
  const first = await signIn('ann', 'who=operator');
  assert.equal(first.session.operator.role, 'sender');
  provider.people.set('ann', { preferred_username: 'ann', groups: ['watchers'] });
  const second = await signIn('ann', 'who=operator');
  assert.equal(second.session.operator.role, 'viewer');
  const old = await (await first.browser.fetch(`${server.url}/api/v1/session`)).json();
  assert.equal(old.operator, null);
  const { entries } = await server.operator('GET', '/api/v1/audit');
  const came = entries.filter(({ action, operator }) => action === 'operator.sign_in' && operator === 'oidc:ann');
  assert.deepEqual(came.map(({ role }) => role), ['viewer', 'sender']);
});

test('somebody whom only the provider knows comes back without a session', async () => {
  const { session, path: end } = await signIn('stranger');
  assert.equal(end, '/inbox?sign_in_failed=unknown_person');
  assert.equal(session.person, null);
});

test('each signature that a provider may use is taken', async () => {
  for (const algorithm of ['ES256', 'EdDSA', 'RS256']) {
    await provider.serve(server.url + CALLBACK, algorithm);
    const { session } = await signIn(LI);
    assert.equal(session.person?.user_id, LI, algorithm);
  }
});

test('a provider may change its keys', async () => {
  await signIn(LI);
  provider.changeKeys();
  await provider.serve(server.url + CALLBACK);
  const { session } = await signIn(LI);
  assert.equal(session.person?.user_id, LI);
});

test('the request is one of PKCE with S256, and each is another', async () => {
  const seen = new Set();
  for (let n = 0; n < 2; ++n) {
    const answer = await new Browser().fetch(`${server.url}${START}?who=person`);
    assert.equal(answer.status, 302);
    const query = new URL(answer.headers.get('location')).searchParams;
    assert.equal(query.get('code_challenge_method'), 'S256');
    assert.equal(query.get('response_type'), 'code');
    assert.equal(query.get('redirect_uri'), server.url + CALLBACK);
    for (const name of ['state', 'nonce', 'code_challenge']) {
      assert.match(query.get(name), /^[A-Za-z0-9_-]{43}$/);
      seen.add(query.get(name));
    }
  }
  assert.equal(seen.size, 6);
});

test('what comes back must be of a sign-in that began in this browser, and comes once', async () => {
  const browser = new Browser();
  const address = await comeBack(browser, LI);
  const asked = provider.tokens.length;
  assert.equal((await new Browser().fetch(address)).status, 401, 'another browser');
  const changed = new URL(address);
  changed.searchParams.set('state', 'A'.repeat(43));
  assert.equal((await browser.fetch(changed.href)).status, 401, 'another state');
  changed.searchParams.delete('state');
  assert.equal((await browser.fetch(changed.href)).status, 401, 'no state');
  assert.equal(provider.tokens.length, asked, 'nothing was asked with it');
  const cookie = browser.jars.get(new URL(server.url).host).get('carillon_sign_in');
  assert.equal((await browser.fetch(address)).headers.get('location'), '/inbox');
  browser.jars.get(new URL(server.url).host).set('carillon_sign_in', cookie);
  assert.equal((await browser.fetch(address)).status, 401, 'the same again');
  await server.crashAndRestart();
  browser.jars.get(new URL(server.url).host).set('carillon_sign_in', cookie);
  assert.equal((await browser.fetch(address)).status, 401, 'and after a crash');
});

test('an ID token of an earlier sign-in is refused', async () => {
  await signIn(LI);
  const earlier = provider.tokens.at(-1);
  provider.changeTokens = (body) => ({ ...body, id_token: earlier });
  const { session, path: end } = await signIn(LI);
  assert.equal(end, '/inbox?sign_in_failed=refused');
  assert.equal(session.person, null);
});

test('an ID token that the provider made for another client is refused', async () => {
  // The very request of our sign-in, but for the client.
  const browser = new Browser();
  const start = await browser.fetch(`${server.url}${START}`);
  const request = new URL(start.headers.get('location'));
  const verifier = 'v'.repeat(43);
  const crypto = require('node:crypto');
  const challenge = crypto.createHash('sha256').update(verifier).digest('base64url');
  const forOther = new URL(request);
  forOther.searchParams.set('client_id', 'another');
  forOther.searchParams.set('code_challenge', challenge);
  const other = new Browser();
  const back = new URL(await other.follow(forOther.href, LI, isCallback));
  const answer = await fetch(`${provider.issuer}/token`, {
    method: 'POST',
    headers: { Authorization: `Basic ${btoa(`another:${encodeURIComponent(SECRET)}`)}` },
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      code: back.searchParams.get('code'),
      redirect_uri: server.url + CALLBACK,
      code_verifier: verifier,
    }),
  });
  const { id_token: stolen } = await answer.json();
  assert.ok(stolen);
  provider.changeTokens = (body) => ({ ...body, id_token: stolen });
  const end = await browser.follow(request.href, LI, isOurs);
  assert.equal(end, `${server.url}/inbox?sign_in_failed=refused`);
});

test('an ID token that is unsigned or changed is refused', async () => {
  const parts = (token) => token.split('.');
  const none = Buffer.from('{"alg":"none"}').toString('base64url');
  for (const change of [
    (token) => `${none}.${parts(token)[1]}.`,
    (token) => `${parts(token)[0]}.${parts(token)[1]}.`,
    (token) => {
      const claims = JSON.parse(Buffer.from(parts(token)[1], 'base64url'));
      claims.sub = 'ca51d83b';
      const text = Buffer.from(JSON.stringify(claims)).toString('base64url');
      return `${parts(token)[0]}.${text}.${parts(token)[2]}`;
    },
  ]) {
    provider.changeTokens = (body) => ({ ...body, id_token: change(body.id_token) });
    const { session, path: end } = await signIn(LI);
    assert.equal(end, '/inbox?sign_in_failed=refused');
    assert.equal(session.person, null);
  }
});

test('an answer of another provider is not redeemed at this one', async () => {
  const browser = new Browser();
  const address = new URL(await comeBack(browser, LI));
  assert.equal(address.searchParams.get('iss'), provider.issuer);
  for (const issuer of ['https://evil.example', '']) {
    const again = new Browser();
    const back = new URL(await comeBack(again, LI));
    const asked = provider.tokens.length;
    back.searchParams.set('iss', issuer);
    const answer = await again.fetch(back.href);
    assert.equal(answer.headers.get('location'), '/inbox?sign_in_failed=refused');
    assert.equal(provider.tokens.length, asked);
  }
});

test('whoever refuses at the provider comes back without a session', async () => {
  const browser = new Browser();
  const back = new URL(await comeBack(browser, LI));
  back.searchParams.delete('code');
  back.searchParams.set('error', 'access_denied');
  const answer = await browser.fetch(back.href);
  assert.equal(answer.headers.get('location'), '/inbox?sign_in_failed=refused');
});

test('next leads nowhere else', async () => {
  for (const next of [
    'https://evil.example/',
    '//evil.example/',
    '/\\evil.example/',
    '\\\\evil.example',
    'javascript:alert(1)',
    'inbox',
    '/\t/evil.example',
    '/inbox\r\nSet-Cookie: a=b',
    `/${'x'.repeat(512)}`,
  ]) {
    const answer = await fetch(`${server.url}${START}?next=${encodeURIComponent(next)}`, {
      redirect: 'manual',
    });
    assert.equal(answer.status, 400, next);
  }
  const odd = await fetch(`${server.url}${START}?who=root`, { redirect: 'manual' });
  assert.equal(odd.status, 400);
});
