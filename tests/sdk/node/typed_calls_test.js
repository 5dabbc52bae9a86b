// The SDK's typed calls, and batch_send through its generic request.
'use strict';

const assert = require('node:assert/strict');
const { after, before, test } = require('node:test');

const {
  OwnCache,
  batchSend,
  delivered,
  lark,
  makeClient,
  progress,
  progressOnce,
  readers,
  recall,
  refused,
  text,
} = require('./clients.js');
const { startServer } = require('./server.js');

const BATCH_ID = /^bm-[0-9a-f]{32}$/;
let server;
let client;

before(async () => {
  server = await startServer('--profile', 'own');
  client = makeClient(server);
});
after(() => server.stop());

test('the token manager gets a token and keeps it', async () => {
  const fresh = makeClient(server, { cache: new OwnCache() });
  const first = await fresh.tokenManager.getTenantAccessToken();
  assert.match(first, /^t-[\x21-\x7e]{20,250}$/);
  assert.equal(await fresh.tokenManager.getTenantAccessToken(), first);
  const other = makeClient(server, { cache: new OwnCache() });
  assert.equal(
    await other.tokenManager.getTenantAccessToken(),
    first,
    'asked again, the same token',
  );
});

test('the answer to a token request has its fields at the top level', async () => {
  const answer = await client.auth.tenantAccessToken.internal({
    data: { app_id: 'cli_demo', app_secret: 's3cret' },
  });
  assert.equal(answer.code, 0);
  assert.equal(answer.msg, 'ok');
  assert.equal(typeof answer.expire, 'number');
  assert.ok(answer.expire > 1790 && answer.expire <= 7200, `expire ${answer.expire}`);
  assert.ok(answer.tenant_access_token.startsWith('t-'));
});

test('an app access token of a custom app is a tenant token, too', async () => {
  const answer = await client.auth.appAccessToken.internal({
    data: { app_id: 'cli_demo', app_secret: 's3cret' },
  });
  assert.equal(answer.code, 0);
  assert.ok(answer.app_access_token.startsWith('t-'));
  assert.ok(answer.tenant_access_token.startsWith('t-'));
});

for (const target of [
  '/open-apis/message/v4/batch_send/',
  '/open-apis/message/v4/batch_send',
  'open-apis/message/v4/batch_send/',
]) {
  test(`client.request sends to ${target}`, async () => {
    const answer = await batchSend(client, text('hello'), target);
    assert.equal(answer.code, 0);
    assert.equal(answer.msg, 'ok');
    assert.match(answer.data.message_id, BATCH_ID);
    assert.deepEqual(answer.data.invalid_user_ids, []);
    await progressOnce(client, answer.data.message_id, delivered(1));
  });
}

test('client.request sends to a whole URL', async () => {
  const answer = await batchSend(
    client,
    text('whole URL'),
    `${server.url}/open-apis/message/v4/batch_send/`,
  );
  assert.equal(answer.code, 0);
});

test('a domain with a trailing slash works (//open-apis)', async () => {
  const slashed = makeClient(server, { domain: `${server.url}/`, cache: new OwnCache() });
  const sent = await batchSend(slashed, text('two slashes'));
  assert.equal(sent.code, 0);
  const answer = await progressOnce(slashed, sent.data.message_id, delivered(1));
  assert.equal(answer.code, 0);
  assert.equal((await readers(slashed, sent.data.message_id)).code, 0);
  assert.equal((await recall(slashed, sent.data.message_id)).code, 0);
});

test('unknown ids come back in their lists and the rest is sent', async () => {
  const sent = await batchSend(client, {
    department_ids: ['platform', 'd502aaa9514059', '0'],
    open_ids: ['ou_18eac85d35a26f989317ad4f02e8bbbb', 'ou_456e168d61cec276083b357f7bd3f1491'],
    user_ids: ['7cdcc7c22', 'ca51d83b', 'lucy'],
    union_ids: ['on_nobody'],
    msg_type: 'text',
    content: { text: 'some of you' },
  });
  assert.deepEqual(Object.keys(sent.data).sort(), [
    'invalid_department_ids',
    'invalid_open_ids',
    'invalid_union_ids',
    'invalid_user_ids',
    'message_id',
  ]);
  assert.deepEqual(sent.data.invalid_department_ids.sort(), ['0', 'd502aaa9514059']);
  assert.deepEqual(sent.data.invalid_open_ids, ['ou_456e168d61cec276083b357f7bd3f1491']);
  assert.deepEqual(sent.data.invalid_user_ids, ['7cdcc7c22']);
  assert.deepEqual(sent.data.invalid_union_ids, ['on_nobody']);
  // Li Lei by open_id, Han Meimei by department and by user_id, Lucy by user_id.
  const answer = await progressOnce(client, sent.data.message_id, delivered(3));
  assert.equal(answer.data.batch_message_send_progress.valid_user_ids_count, 3);
});

test('getProgress, readUser and delete answer what the documents show', async () => {
  const sent = await batchSend(client, text('for Sales', { department_ids: ['sales'] }));
  const id = sent.data.message_id;
  await progressOnce(client, id, delivered(3));
  for (const person of ['lucy', 'lily']) {
    const inbox = await server.inbox(person);
    const message = inbox.messages.find((m) => m.batch_id === id);
    assert.deepEqual(message.content, { text: 'for Sales' });
    assert.equal(await inbox.read([message.message_id]), 1);
    assert.equal(await inbox.read([message.message_id]), 0, 'a second reading changes nothing');
  }
  assert.deepEqual(await progress(client, id), {
    code: 0,
    msg: 'success',
    data: {
      batch_message_send_progress: {
        valid_user_ids_count: 3,
        success_user_ids_count: 3,
        read_user_ids_count: 2,
      },
      batch_message_recall_progress: { recall: false, recall_count: 0 },
    },
  });
  assert.deepEqual(await readers(client, id), {
    code: 0,
    msg: 'ok',
    data: { read_user: { read_count: '2', total_count: '3' } },
  });
  assert.deepEqual(await recall(client, id), { code: 0, msg: 'ok', data: {} });
  const recalled = await progressOnce(client, id, (counts) => counts.recall_count === 3);
  assert.equal(recalled.data.batch_message_recall_progress.recall, true);
  assert.equal(recalled.data.batch_message_send_progress.read_user_ids_count, 2);
  assert.equal((await recall(client, id)).code, 0, 'a second recall succeeds');
  for (const person of ['lucy', 'lily', 'jim']) {
    const { messages } = await server.inbox(person);
    assert.ok(!messages.some((m) => m.batch_id === id), `${person} still sees it`);
  }
});

test('bm_ is taken for bm-', async () => {
  const sent = await batchSend(client, text('either prefix'));
  const id = sent.data.message_id;
  await progressOnce(client, id, delivered(1));
  assert.deepEqual(await readers(client, id.replace('bm-', 'bm_')), await readers(client, id));
});

test('a token given by hand works with the cache switched off', async () => {
  const token = await client.tokenManager.getTenantAccessToken();
  const manual = makeClient(server, { disableTokenCache: true });
  const sent = await batchSend(client, text('by hand'));
  const answer = await manual.im.v1.batchMessage.getProgress(
    { path: { batch_message_id: sent.data.message_id } },
    lark.withTenantToken(token),
  );
  assert.equal(answer.code, 0);
});

test('a user outside the availability is valid and gets nothing', async () => {
  const narrow = makeClient(server, { appId: 'cli_narrow' });
  const sent = await batchSend(narrow, text('who is there?', { user_ids: ['7cdcc7c2', 'lucy'] }));
  assert.deepEqual(sent.data.invalid_user_ids, []);
  const answer = await progressOnce(narrow, sent.data.message_id, delivered(1));
  assert.equal(answer.data.batch_message_send_progress.valid_user_ids_count, 2);
});

test('an Idempotency-Key makes a repeated call one batch', async () => {
  const headers = { 'Idempotency-Key': 'once-only' };
  const target = '/open-apis/message/v4/batch_send/';
  const first = await batchSend(client, text('once'), target, { headers });
  const again = await batchSend(client, text('once'), target, { headers });
  assert.deepEqual(again, first);
  const other = await batchSend(client, text('another'), target, { headers });
  assert.equal(other.code, 10003);
});

test('errors of a wrong answer do not spoil the connection', async () => {
  const wrong = await refused(progress(client, 'no-such-id'));
  assert.equal(wrong.status, 400);
  assert.equal((await batchSend(client, text('goes on'))).code, 0);
});
