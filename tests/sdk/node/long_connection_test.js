// The SDK's WSClient: the same events without a URL.
'use strict';

const assert = require('node:assert/strict');
const { after, before, test } = require('node:test');

const WebSocket = require('ws');

const { batchSend, lark, makeClient, text } = require('./clients.js');
const { Arrivals, quiet } = require('./receiver.js');
const { startServer } = require('./server.js');

const READ = 'im.message.message_read_v1';
// WSClient takes ids of this form only.
const APP = 'cli_a734b3923178100e';
const SENT = 'carillon.batch_message.sent_v1';

let server;
before(async () => {
  server = await startServer(
    '--profile',
    'own',
    '--set',
    'events.retry_after=1,1,1,1,1',
    '--set',
    'events.reconnect_seconds=1',
    '--set',
    'events.connections_per_app=3',
  );
  await server.operator('POST', '/api/v1/import', {
    tenants: [
      {
        tenant_key: 'acme',
        apps: [
          {
            app_id: APP,
            app_secret: 's3cret',
            scopes: ['im:message', 'im:message:send_multi_users'],
          },
        ],
      },
    ],
  });
});
after(() => server.stop());

const clients = [];
after(() => clients.forEach((client) => client.close({ force: true })));

async function connect({ appId = APP, appSecret = 's3cret', take = () => {} } = {}) {
  const events = new Arrivals();
  const handle = async (data) => {
    await take(data);
    events.push(data);
  };
  const client = new lark.WSClient({
    appId,
    appSecret,
    domain: server.url,
    logger: quiet,
    loggerLevel: lark.LoggerLevel.fatal,
  });
  clients.push(client);
  await client.start({
    eventDispatcher: new lark.EventDispatcher({ logger: quiet }).register({
      [READ]: handle,
      [SENT]: handle,
    }),
  });
  const count = async () =>
    (await server.operator('GET', `/api/v1/apps/${appId}/events`)).connections;
  return { client, events, count };
}

async function until(holds, what) {
  for (let n = 0; n < 400; ++n) {
    if (await holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error(`not within 10 s: ${what}`);
}

const awaited = async () =>
  (await server.operator('GET', `/api/v1/apps/${APP}/events`)).awaits_connection;

test('sent and read come by the connection', async () => {
  const { client, events, count } = await connect();
  await until(awaited, 'the server remembers the app');
  await until(async () => (await count()) === 1, 'the connection is there');
  const sender = makeClient(server, { appId: APP });
  const { data } = await batchSend(sender, text('by the long connection'));
  const [sent] = await events.first(1, (e) => e.event_type === SENT);
  assert.equal(sent.batch_message_id, data.message_id);
  const inbox = await server.inbox('7cdcc7c2');
  const message = inbox.messages.find((m) => m.batch_id === data.message_id);
  await inbox.read([message.message_id]);
  const [read] = await events.first(1, (e) => e.event_type === READ);
  assert.deepEqual(read.message_id_list, [message.message_id]);
  client.close({ force: true });
  await until(async () => (await count()) === 0, 'the connection is gone');
});

test('what happens while nobody is connected waits', async () => {
  const sender = makeClient(server, { appId: APP });
  const { data } = await batchSend(sender, text('while away'));
  const { client, events } = await connect();
  const [sent] = await events.first(1, (e) => e.batch_message_id === data.message_id);
  assert.equal(sent.event_type, SENT);
  client.close({ force: true });
});

test('of several connections one gets each event', async () => {
  const all = [await connect(), await connect(), await connect()];
  const sender = makeClient(server, { appId: APP });
  await until(async () => (await all[0].count()) === 3, 'all three are connected');
  const ids = [];
  for (let n = 0; n < 12; ++n) {
    ids.push((await batchSend(sender, text(`shared ${n}`))).data.message_id);
  }
  const told = () => all.flatMap((one) => one.events.all.map((e) => e.batch_message_id));
  await until(() => ids.every((id) => told().includes(id)), 'all twelve have come');
  assert.equal(told().length, 12, 'each once');
  for (const one of all) assert.ok(one.events.all.length >= 2, 'they take turns');

  const answer = await endpoint(APP, 's3cret');
  assert.equal(answer.code, 1000040350);
  all.forEach((one) => one.client.close({ force: true }));
  await until(async () => (await all[0].count()) === 0, 'all are gone');
});

test('an event whose handler fails is told again', async () => {
  const tries = {};
  const { client, events } = await connect({
    take: (data) => {
      tries[data.batch_message_id] = (tries[data.batch_message_id] || 0) + 1;
      if (tries[data.batch_message_id] <= 2) throw new Error('not yet');
    },
  });
  const sender = makeClient(server, { appId: APP });
  const { data } = await batchSend(sender, text('third time lucky'));
  await events.first(1, (e) => e.batch_message_id === data.message_id);
  assert.equal(tries[data.message_id], 3);
  client.close({ force: true });
});

test('the client comes back after a crash of the server and misses nothing', async () => {
  const { client, events, count } = await connect();
  await until(async () => (await count()) === 1, 'the connection is there');
  await server.crashAndRestart();
  const sender = makeClient(server, { appId: APP });
  const { data } = await batchSend(sender, text('after the crash')).catch(() =>
    batchSend(sender, text('after the crash')),
  );
  await events.first(1, (e) => e.batch_message_id === data.message_id);
  client.close({ force: true });
});

async function endpoint(appId, appSecret) {
  const answer = await fetch(`${server.url}/callback/ws/endpoint`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', locale: 'zh' },
    body: JSON.stringify({ AppID: appId, AppSecret: appSecret }),
  });
  assert.equal(answer.status, 200);
  return answer.json();
}

test('refusals have their codes, and their headers at the handshake', async () => {
  assert.equal((await endpoint(APP, 'wrong')).code, 514);
  assert.equal((await endpoint('cli_nobody', 's3cret')).code, 514);
  assert.equal((await endpoint('', '')).code, 514);
  const good = await endpoint(APP, 's3cret');
  assert.deepEqual(good.data.ClientConfig, {
    ReconnectCount: -1,
    ReconnectInterval: 1,
    ReconnectNonce: 1,
    PingInterval: 120,
  });
  const refused = (url) =>
    new Promise((resolve, reject) => {
      const socket = new WebSocket(url);
      socket.on('unexpected-response', (_, response) => resolve(response));
      socket.on('open', () => reject(new Error('opened')));
      socket.on('error', reject);
    });
  const forged = await refused(good.data.URL.replace(/ticket=[0-9a-f]*/, 'ticket=00'));
  assert.equal(forged.statusCode, 403);
  assert.equal(forged.headers['handshake-status'], '514');
  await server.operator('PATCH', `/api/v1/apps/${APP}`, { enabled: false });
  assert.equal((await endpoint(APP, 's3cret')).code, 403);
  const disabled = await refused(good.data.URL);
  assert.equal(disabled.headers['handshake-status'], '403');
  await server.operator('PATCH', `/api/v1/apps/${APP}`, { enabled: true });
});

test('a connection of nonsense is closed and harms nobody', async () => {
  const { data } = await endpoint(APP, 's3cret');
  const socket = new WebSocket(data.URL);
  await new Promise((resolve) => socket.once('open', resolve));
  const ended = new Promise((resolve) => socket.once('close', resolve));
  socket.send(Buffer.from('this is no frame'));
  assert.equal(await ended, 1003);
});
