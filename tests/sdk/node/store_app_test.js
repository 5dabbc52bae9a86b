// A store app as the SDK runs one: the ticket comes as an event, the tokens follow from it.
'use strict';

const assert = require('node:assert/strict');
const { after, before, test } = require('node:test');

const { OwnCache, lark, makeClient, text } = require('./clients.js');
const { Receiver } = require('./receiver.js');
const { startServer } = require('./server.js');

let server;
let receiver;
let cache;
before(async () => {
  server = await startServer('--profile', 'own');
  await server.operator('POST', '/api/v1/import', {
    tenants: [{ tenant_key: 'globex', users: [{ user_id: 'hank' }] }],
    apps: [
      {
        app_id: 'cli_store',
        app_secret: 'st0re',
        type: 'store',
        scopes: ['im:message', 'im:message:send_multi_users'],
        installed_in: [{ tenant_key: 'acme' }],
      },
    ],
  });
  cache = new OwnCache();
  receiver = await new Receiver({ types: [], cache }).listen();
});
after(async () => {
  await receiver.close();
  await server.stop();
});

const auth = async (path, body) => {
  const answer = await fetch(`${server.url}/open-apis/auth/v3/${path}`, {
    method: 'POST',
    body: JSON.stringify(body),
  });
  assert.equal(answer.status, 200);
  return answer.json();
};
const store = { app_id: 'cli_store', app_secret: 'st0re' };

async function until(holds, what) {
  for (let n = 0; n < 400; ++n) {
    if (await holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error(`not within 10 s: ${what}`);
}

test('the ticket comes once there is a URL, and again when asked for', async () => {
  await server.operator('PUT', '/api/v1/apps/cli_store/events', {
    url: receiver.url,
    verification_token: 'v',
  });
  await until(() => [...cache.values.keys()].some((k) => k.startsWith('cli_store/')), 'a ticket');
  const tickets = () => receiver.posts.filter((p) => p.body.includes('"app_ticket"')).length;
  const before = tickets();
  assert.equal((await auth('app_ticket/resend', store)).code, 0);
  await until(() => tickets() > before, 'another push');
  const push = JSON.parse(receiver.posts.at(-1).body);
  assert.equal(push.type, 'event_callback');
  assert.equal(push.token, 'v');
  assert.match(push.ts, /^\d+\.\d+$/);
  assert.equal(push.event.app_id, 'cli_store');
  assert.equal(push.event.type, 'app_ticket');
});

test('the SDK gets its tokens and sends in the tenant that has installed it', async () => {
  const client = makeClient(server, {
    appId: 'cli_store',
    appSecret: 'st0re',
    appType: lark.AppType.ISV,
    cache,
  });
  const answer = await client.request(
    {
      method: 'POST',
      url: '/open-apis/message/v4/batch_send/',
      data: { ...text('from a store app') },
    },
    lark.withTenantKey('acme'),
  );
  assert.equal(answer.code, 0);
  const { messages } = await server.inbox('7cdcc7c2');
  assert.equal(messages[0].content.text, 'from a store app');
});

test('each step refuses what is not good, with its code', async () => {
  const last = JSON.parse(receiver.posts.findLast((p) => p.body.includes('app_ticket')).body);
  const app_ticket = last.event.app_ticket;
  assert.equal((await auth('app_access_token', { ...store, app_ticket: 'old' })).code, 10012);
  assert.equal((await auth('app_access_token', store)).code, 10003);
  assert.equal(
    (await auth('app_access_token', { ...store, app_secret: 'x', app_ticket })).code,
    10014,
  );
  assert.equal((await auth('app_ticket/resend', { ...store, app_id: 'cli_demo' })).code, 10014);
  assert.equal(
    (await auth('app_ticket/resend', { app_id: 'cli_demo', app_secret: 's3cret' })).code,
    10003,
    'a self-built app',
  );
  const app = await auth('app_access_token', { ...store, app_ticket });
  assert.equal(app.code, 0);
  assert.equal(app.msg, 'success');
  assert.match(app.app_access_token, /^a-[0-9a-f]{32}$/);
  assert.ok(app.expire > 1800 && app.expire <= 7200);

  const tenant = (tenant_key, token = app.app_access_token) =>
    auth('tenant_access_token', { app_access_token: token, tenant_key });
  assert.match((await tenant('acme')).tenant_access_token, /^t-[0-9a-f]{32}$/);
  assert.equal((await tenant('globex')).code, 10013, 'not installed');
  assert.equal((await tenant('nobody')).code, 10013);
  assert.equal((await tenant('acme', 'a-0123')).code, 10005);
  assert.equal((await tenant('acme', 'cli_store')).code, 10005);

  const send = async (token) => {
    const answer = await fetch(`${server.url}/open-apis/message/v4/batch_send/`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${token}` },
      body: JSON.stringify({ ...text('again'), user_ids: ['7cdcc7c2'] }),
    });
    return answer.json();
  };
  const { tenant_access_token: token } = await tenant('acme');
  assert.equal((await send(token)).code, 0);
  const install = (method, key) =>
    fetch(`${server.url}/api/v1/apps/cli_store/installations/${key}`, {
      method,
      headers: { Authorization: 'Bearer sdk-tests-admin' },
    });
  await install('DELETE', 'acme');
  assert.equal((await send(token)).code, 11210, 'uninstalled');
  assert.equal((await tenant('acme')).code, 10013);
  await install('PUT', 'acme');
  await install('PUT', 'globex');
  assert.equal((await send(token)).code, 0);
  assert.equal((await tenant('globex')).code, 0);

  await server.crashAndRestart();
  assert.equal((await auth('app_access_token', { ...store, app_ticket })).code, 0, 'ticket');
  assert.equal((await tenant('acme')).code, 0, 'app token');
  assert.equal((await send(token)).code, 0, 'tenant token');
  await server.operator('PATCH', '/api/v1/apps/cli_store', { enabled: false });
  assert.equal((await tenant('acme')).code, 10015);
  assert.equal((await auth('app_access_token', { ...store, app_ticket })).code, 10015);
});
