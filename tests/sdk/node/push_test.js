// Web Push to a push service that decrypts and checks as a real one and its browser do.
'use strict';

const assert = require('node:assert/strict');
const { after, before, test } = require('node:test');

const { batchSend, delivered, makeClient, progressOnce, recall, text } = require('./clients.js');
const { PushService } = require('./push_service.js');
const { startServer } = require('./server.js');

const [LI, HAN] = ['7cdcc7c2', 'ca51d83b'];

let server;
let service;
let app;
before(async () => {
  service = await new PushService().listen();
  server = await startServer(
    ...['--profile', 'own', '--set', 'push.allow_addresses=127.0.0.1'],
    ...['--set', 'push.retry_after=1,1', '--set', 'push.contact=mailto:ops@acme.test'],
  );
  app = makeClient(server);
});
after(async () => {
  await server.stop();
  await service.close();
});

const session = async (userId) =>
  (await server.operator('POST', '/api/v1/sessions', { tenant_key: 'acme', user_id: userId })).token;

// The person's own calls.
async function person(userId) {
  const token = await session(userId);
  return async (method, target, body) => {
    const answer = await fetch(`${server.url}/api/v1/inbox/push${target}`, {
      method,
      headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    assert.equal(answer.status, 200, `${method} ${target}`);
    return answer.json();
  };
}

const of = (name) => (push) => push.name === name;
const attempts = (name) => service.attempts.filter(of(name));

async function until(wanted, what) {
  for (let tries = 0; tries < 1500; ++tries) {
    const found = await wanted();
    if (found) return found;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(`not within 15 s: ${what}`);
}

async function send(content, users = [LI]) {
  const answer = await batchSend(app, text(content, { user_ids: users }));
  const id = answer.data.message_id;
  await progressOnce(app, id, delivered(users.length));
  return id;
}

test('each browser of each recipient hears of a message, and of nothing in it', async () => {
  const [desk, phone, hans] = ['desk', 'phone', 'hans'].map((name) => service.browser(name));
  const li = await person(LI);
  const before = await li('GET', '');
  assert.deepEqual(before.subscriptions, []);
  for (const browser of [desk, phone]) {
    await li('PUT', '', { subscription: browser });
  }
  await (await person(HAN))('PUT', '', { subscription: hans });
  const batch = await send('the secret word', [LI, HAN]);
  const pushes = await service.pushes.first(3);
  assert.deepEqual(pushes.map((push) => push.name).sort(), ['desk', 'hans', 'phone']);
  for (const push of pushes) {
    assert.deepEqual(push.message, {
      type: 'message',
      batch_id: batch.replace('bm_', 'bm-'),
      app: { app_id: 'cli_demo', name: 'HR' },
    });
    assert.equal(push.headers['content-encoding'], 'aes128gcm');
    assert.equal(push.headers.urgency, 'normal');
    assert.match(push.headers.topic, /^[A-Za-z0-9_-]{32}$/);
    assert.ok(Number(push.headers.ttl) > 86000 && Number(push.headers.ttl) <= 86400);
    assert.equal(push.claims.sub, 'mailto:ops@acme.test');
    assert.equal(push.claims.key, before.public_key);
  }
  assert.equal(new Set(pushes.map((push) => push.headers.topic)).size, 1);
  const shown = await li('GET', '');
  assert.equal(shown.subscriptions.length, 2);
  assert.equal(shown.subscriptions[0].endpoint_host, new URL(service.origin).host);
  assert.ok(!JSON.stringify(shown).includes('/push/desk'), 'an endpoint is never shown');
  for (const browser of [desk, phone]) await li('DELETE', '', { endpoint: browser.endpoint });
  await (await person(HAN))('DELETE', '', { endpoint: hans.endpoint });
});

test('a busy service is asked again, and no sooner than it wants', async () => {
  const browser = service.browser('busy');
  const li = await person(LI);
  await li('PUT', '', { subscription: browser });
  service.answers.set('busy', [[503, {}], [429, { 'Retry-After': '3' }]]);
  await send('later');
  await service.pushes.first(1, of('busy'));
  const [first, second, third] = attempts('busy');
  assert.deepEqual([first.status, second.status, third.status], [503, 429, 201]);
  assert.ok(second.at - first.at >= 1000, 'push.retry_after');
  assert.ok(third.at - second.at >= 3000, 'Retry-After');
  assert.deepEqual((await li('GET', '')).log, []);
  await li('DELETE', '', { endpoint: browser.endpoint });
});

test('a browser that is gone is removed, and the log says so', async () => {
  const [gone, stays] = ['gone', 'stays'].map((name) => service.browser(name));
  const li = await person(LI);
  for (const browser of [gone, stays]) await li('PUT', '', { subscription: browser });
  service.answers.set('gone', [[410, {}]]);
  const batch = await send('anybody there?');
  await service.pushes.first(1, of('stays'));
  const after = await until(async () => {
    const now = await li('GET', '');
    return now.log.length === 1 && now;
  }, 'the log has the failure');
  assert.equal(after.subscriptions.length, 1);
  const { at, ...entry } = after.log[0];
  assert.ok(Math.abs(new Date(at) - Date.now()) < 60000);
  assert.deepEqual(entry, {
    endpoint_host: new URL(service.origin).host,
    batch_id: batch.replace('bm_', 'bm-'),
    attempts: 1,
    reason: 'gone',
    status: 410,
  });
  await send('and now?');
  await service.pushes.first(2, of('stays'));
  assert.equal(attempts('gone').length, 1);
  await li('DELETE', '', { endpoint: stays.endpoint });
});

test('a push that is refused for good is not repeated; the operator reads why', async () => {
  const browser = service.browser('forbidden');
  const li = await person(LI);
  await li('PUT', '', { subscription: browser });
  service.answers.set('forbidden', [[403, {}]]);
  await send('no');
  const log = await until(async () => {
    const now = (await li('GET', '')).log;
    return now[0]?.reason === 'refused' && now;
  }, 'the log has the failure');
  assert.equal(log[0].status, 403);
  assert.equal(log[0].problem, undefined);
  const seen = await server.operator('GET', `/api/v1/tenants/acme/users/${LI}/push`);
  assert.equal(seen.log[0].problem, 'the push service answered 403');
  assert.equal(attempts('forbidden').length, 1);
  await li('DELETE', '', { endpoint: browser.endpoint });
});

test('who switched pushes off hears nothing until they are on again', async () => {
  const [browser, witness] = ['switched', 'witness'].map((name) => service.browser(name));
  const [li, han] = [await person(LI), await person(HAN)];
  await li('PUT', '', { subscription: browser });
  await han('PUT', '', { subscription: witness });
  assert.equal((await li('POST', '/switch', { enabled: false })).enabled, false);
  await send('quietly', [LI, HAN]);
  await service.pushes.first(1, of('witness'));
  assert.equal((await li('POST', '/switch', { enabled: true })).subscriptions.length, 1);
  await send('aloud', [LI, HAN]);
  await service.pushes.first(1, of('switched'));
  await service.pushes.first(2, of('witness'));
  assert.equal(attempts('switched').length, 1);
  for (const [call, one] of [[li, browser], [han, witness]]) {
    await call('DELETE', '', { endpoint: one.endpoint });
  }
});

test('a message that was recalled while its push waited is not pushed', async () => {
  const [browser, witness] = ['recalled', 'later'].map((name) => service.browser(name));
  const li = await person(LI);
  await li('PUT', '', { subscription: browser });
  service.answers.set('recalled', [[503, {}]]);
  const id = await send('forget this');
  await until(() => attempts('recalled').length === 1, 'the first attempt');
  await recall(app, id);
  await li('PUT', '', { subscription: witness });
  // Its second attempt comes after that of the recalled one would have.
  service.answers.set('later', [[503, {}]]);
  await send('remember this');
  await service.pushes.first(1, of('later'));
  await service.pushes.first(1, of('recalled'));
  const [push, ...more] = service.pushes.all.filter(of('recalled'));
  assert.notEqual(push.message.batch_id, id.replace('bm_', 'bm-'));
  assert.deepEqual(more, []);
  for (const one of [browser, witness]) await li('DELETE', '', { endpoint: one.endpoint });
});

test('subscriptions, switch and key survive a crash', async () => {
  const browser = service.browser('survivor');
  const before = await (await person(LI))('PUT', '', { subscription: browser });
  await server.crashAndRestart();
  const after = await (await person(LI))('GET', '');
  assert.deepEqual(after, before);
  await send('still there');
  const [push] = await service.pushes.first(1, of('survivor'));
  assert.equal(push.claims.key, before.public_key);
  await (await person(LI))('DELETE', '', { endpoint: browser.endpoint });
});
