// Events by URL, taken by the SDK's own EventDispatcher.
'use strict';

const assert = require('node:assert/strict');
const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { after, before, test } = require('node:test');

const { batchSend, delivered, makeClient, progressOnce, recall, text } = require('./clients.js');
const { Receiver } = require('./receiver.js');
const { startServer } = require('./server.js');

const READ = 'im.message.message_read_v1';
const SENT = 'carillon.batch_message.sent_v1';
const RECALLED = 'carillon.batch_message.recalled_v1';
const types = [READ, SENT, RECALLED];

let server;
let folder;

// A key and a certificate that nobody but itself vouches for.
function certificate(name) {
  const [key, cert] = ['key', 'cert'].map((kind) => path.join(folder, `${name}.${kind}`));
  execFileSync(
    'openssl',
    [
      ...'req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2'.split(' '),
      ...['-subj', `/CN=${name}`, '-addext', 'subjectAltName=IP:127.0.0.1'],
      ...['-keyout', key, '-out', cert],
    ],
    { stdio: 'ignore' },
  );
  return { file: cert, key: fs.readFileSync(key), cert: fs.readFileSync(cert) };
}

let trusted;
before(async () => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'carillon-certificates-'));
  trusted = certificate('trusted');
  server = await startServer(
    ...['--profile', 'own', '--set', 'events.retry_after=1,1,1'],
    ...['--set', `events.ca_file=${trusted.file}`],
  );
  for (const app of ['cli_demo', 'cli_other']) {
    await server.operator('PATCH', `/api/v1/apps/${app}`, {
      scopes: ['im:message', 'im:message:send_multi_users', 'contact:user.employee_id:readonly'],
    });
  }
});
after(async () => {
  await server.stop();
  fs.rmSync(folder, { recursive: true, force: true });
});

const settings = (receiver, more = {}) => ({
  url: receiver.url,
  verification_token: 'v',
  ...more,
});
const listen = (app, receiver, more) =>
  server.operator('PUT', `/api/v1/apps/${app}/events`, settings(receiver, more));
const status = async (app) =>
  (await server.operator('GET', `/api/v1/apps/${app}/events`)).tenants[0];

for (const encryptKey of ['', 'an encrypt key']) {
  const how = encryptKey ? 'encrypted' : 'in the clear';
  test(`sent, read and recalled are told, ${how}`, async () => {
    const receiver = await new Receiver({ encryptKey, types }).listen();
    const shown = await listen('cli_demo', receiver, encryptKey ? { encrypt_key: encryptKey } : {});
    assert.equal(shown.url, receiver.url);
    assert.equal(shown.encrypted, encryptKey !== '');
    const client = makeClient(server);
    const { data } = await batchSend(client, text(`hello, ${how}`));
    const [sent] = await receiver.events.first(1, (e) => e.event_type === SENT);
    assert.equal(sent.batch_message_id, data.message_id);
    assert.equal(sent.success_user_ids_count, 1);
    assert.equal(sent.valid_user_ids_count, 1);
    assert.equal(sent.app_id, 'cli_demo');
    assert.equal(sent.tenant_key, 'acme');
    assert.equal(sent.token, 'v');
    assert.match(sent.event_id, /^[0-9a-f]{32}$/);

    const inbox = await server.inbox('7cdcc7c2');
    const message = inbox.messages.find((m) => m.batch_id === data.message_id);
    const before = Date.now();
    assert.equal(await inbox.read([message.message_id]), 1);
    const [read] = await receiver.events.first(1, (e) => e.event_type === READ);
    assert.deepEqual(read.message_id_list, [message.message_id]);
    assert.equal(read.reader.reader_id.open_id, 'ou_18eac85d35a26f989317ad4f02e8bbbb');
    assert.equal(read.reader.reader_id.user_id, '7cdcc7c2');
    assert.equal(read.reader.reader_id.union_id, 'on_cad4860e7af114fb4ff6c5d496d1dd76');
    assert.ok(Math.abs(Number(read.reader.read_time) - before) < 10000);
    assert.equal(typeof read.reader.read_time, 'string');
    assert.equal(await inbox.read([message.message_id]), 0, 'no news');

    await recall(client, data.message_id);
    const [recalled] = await receiver.events.first(1, (e) => e.event_type === RECALLED);
    assert.equal(recalled.batch_message_id, data.message_id);
    assert.equal(recalled.recall_count, 1);
    assert.deepEqual(
      receiver.events.all.map((e) => e.event_type),
      [SENT, READ, RECALLED],
      'in the order in which it happened',
    );
    const signed = receiver.posts.at(-1).headers;
    assert.equal('x-lark-signature' in signed, encryptKey !== '');
    assert.equal(receiver.posts.at(-1).body.includes('event_type'), encryptKey === '');
    await receiver.close();
  });
}

test('a URL that does not answer the challenge is not kept', async () => {
  const receiver = await new Receiver({ types }).listen();
  receiver.answer = (request, response) => response.writeHead(200).end('{"challenge":"wrong"}');
  await assert.rejects(listen('cli_other', receiver), /422.*receiver-failed/);
  receiver.answer = (request, response) => response.writeHead(500).end();
  await assert.rejects(listen('cli_other', receiver), /422.*answered 500/);
  receiver.answer = (request, response) =>
    response.writeHead(307, { location: 'http://127.0.0.1:1/' }).end();
  await assert.rejects(listen('cli_other', receiver), /422.*answered 307/);
  await receiver.close();
  await assert.rejects(listen('cli_other', receiver), /422.*cannot connect/);
  const { url } = await server.operator('GET', '/api/v1/apps/cli_other/events');
  assert.equal(url, null, 'nothing was kept');
});

test('https is called with its certificate checked', async () => {
  const known = await new Receiver({ types, tls: trusted }).listen();
  assert.equal((await listen('cli_users', known)).url, known.url);
  const stranger = await new Receiver({ types, tls: certificate('stranger') }).listen();
  await assert.rejects(listen('cli_users', stranger), /422.*not trusted/);
  await Promise.all([known.close(), stranger.close()]);
});

test('private addresses are refused, but for this machine', async () => {
  for (const host of ['10.0.0.1', '169.254.169.254', '[fd00::1]']) {
    await assert.rejects(
      server.operator('PUT', '/api/v1/apps/cli_other/events', { url: `http://${host}/` }),
      /422.*not a public address/,
    );
  }
});

test('a refused event is tried again, then kept as a dead letter and replayed', async (t) => {
  const receiver = await new Receiver({ types }).listen();
  t.after(() => receiver.close());
  await listen('cli_other', receiver);
  const client = makeClient(server, { appId: 'cli_other' });
  receiver.answer = (request, response) => response.writeHead(500).end();
  const { data } = await batchSend(client, text('nobody takes it', { user_ids: ['jim'] }));
  const letters = '/api/v1/apps/cli_other/events/dead_letters';
  let dead = [];
  for (let n = 0; n < 400 && dead.length === 0; ++n) {
    await new Promise((resolve) => setTimeout(resolve, 50));
    dead = (await server.operator('GET', letters)).dead_letters;
  }
  assert.equal(dead.length, 1);
  assert.equal(dead[0].kind, 'sent');
  assert.equal(dead[0].attempts, 4);
  assert.match(dead[0].problem, /answered 500/);
  assert.equal((await status('cli_other')).given_up, 1);
  assert.equal((await status('cli_other')).refused, 4);
  receiver.answer = null;
  const { replayed, left } = await server.operator('POST', `${letters}/replay`);
  assert.deepEqual([replayed, left], [1, 0]);
  const [sent] = await receiver.events.first(1);
  assert.equal(sent.batch_message_id, data.message_id);
  assert.equal(sent.event_id, dead[0].event_id);
});

test('a receiver that hangs delays nobody else', async () => {
  const slow = await new Receiver({ types }).listen();
  const good = await new Receiver({ types }).listen();
  await listen('cli_other', slow);
  await listen('cli_demo', good);
  slow.answer = () => {}; // takes the call and says nothing
  const slowClient = makeClient(server, { appId: 'cli_other' });
  const client = makeClient(server);
  for (let n = 0; n < 5; ++n) await batchSend(slowClient, text(`slow ${n}`, { user_ids: ['jim'] }));
  const started = Date.now();
  for (let n = 0; n < 20; ++n) await batchSend(client, text(`fast ${n}`));
  await good.events.first(20, (e) => e.event_type === SENT);
  assert.ok(Date.now() - started < 2500, `${Date.now() - started} ms`);
  await Promise.all([slow.close(), good.close()]);
});

test('what was accepted before a crash is told after it', async () => {
  const receiver = await new Receiver({ types }).listen();
  await listen('cli_demo', receiver);
  const { port } = receiver;
  await receiver.close();
  const client = makeClient(server);
  const ids = [];
  for (let n = 0; n < 5; ++n) {
    const { data } = await batchSend(client, text(`before the crash ${n}`));
    await progressOnce(client, data.message_id, delivered(1));
    ids.push(data.message_id);
  }
  await server.crashAndRestart();
  const again = await new Receiver({ types }).listen(port);
  const events = await again.events.first(5, (e) => ids.includes(e.batch_message_id));
  const told = new Set(events.map((e) => e.batch_message_id));
  assert.deepEqual([...told].sort(), [...ids].sort());
  await again.close();
});

test('an app that listens no more costs nothing and keeps nothing', async () => {
  await fetch(`${server.url}/api/v1/apps/cli_demo/events`, {
    method: 'DELETE',
    headers: { Authorization: 'Bearer sdk-tests-admin' },
  });
  const client = makeClient(server);
  const told = (await status('cli_demo')).told;
  const { data } = await batchSend(client, text('to nobody'));
  await progressOnce(client, data.message_id, delivered(1));
  const now = await status('cli_demo');
  assert.equal(now.waiting, 0);
  assert.equal(now.told, told);
});
