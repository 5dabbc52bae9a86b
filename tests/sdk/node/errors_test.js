// Errors as the SDK hands them to an application: HTTP 200 with a code resolves, 400 and 429 reject
// with the body under e.response.data.
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

const UNKNOWN = 'bm-0b3d5d1b2df7c6d5dbd1abe2c91e2217';
let server;
let client;
before(async () => {
  server = await startServer('--profile', 'own');
  client = makeClient(server);
});
after(() => server.stop());

const everybody = { user_ids: ['7cdcc7c2'] };
const resolving = [
  ['no msg_type', { ...everybody, content: { text: 'x' } }, 10003, 'Invalid parameter.'],
  [
    'a msg_type of single sends',
    { ...everybody, msg_type: 'audio', content: {} },
    10003,
    'Invalid parameter.',
  ],
  ['nobody named', { msg_type: 'text', content: { text: 'x' } }, 10003, 'Invalid parameter.'],
  [
    '201 ids',
    text('x', { user_ids: Array.from({ length: 201 }, (_, n) => `u${n}`) }),
    10003,
    'Invalid parameter.',
  ],
  ['neither content nor card', { ...everybody, msg_type: 'text' }, 10003, 'Invalid parameter.'],
  [
    'content and card',
    { ...everybody, msg_type: 'interactive', card: { elements: [] }, content: { text: 'x' } },
    10003,
    'Invalid parameter.',
  ],
  [
    'content as escaped text',
    { ...everybody, msg_type: 'text', content: '{"text":"x"}' },
    10003,
    'Invalid parameter.',
  ],
  ['a blank open_id', text('x', { open_ids: [' '] }), 11101, 'Open_id not exist.'],
  [
    'a text without text',
    { ...everybody, msg_type: 'text', content: {} },
    11246,
    'Create message content fail.',
  ],
  [
    'a post without a locale',
    { ...everybody, msg_type: 'post', content: { post: {} } },
    11246,
    'Create message content fail.',
  ],
  [
    'a card without elements',
    { ...everybody, msg_type: 'interactive', card: {} },
    11246,
    'Create message content fail.',
  ],
  [
    'an unknown image',
    { ...everybody, msg_type: 'image', content: { image_key: 'img_v2_none' } },
    11227,
    'Image key not exist.',
  ],
  [
    'an unknown chat',
    { ...everybody, msg_type: 'share_chat', content: { share_chat_id: 'oc_none' } },
    11231,
    'Chat not found.',
  ],
  [
    'mention of all, which the tenant forbids',
    text('<at user_id="all">all</at>'),
    11235,
    'This group is set to only admin can mention @All.',
  ],
  ['a text beyond 150 KB', text('x'.repeat(200_000)), 10002, 'Create or send message fail.'],
];
for (const [name, body, code, msg] of resolving) {
  test(`batch_send resolves with ${code} for ${name}`, async () => {
    const answer = await batchSend(client, body);
    assert.equal(answer.code, code, JSON.stringify(answer));
    assert.equal(answer.msg, msg);
    assert.equal(answer.error === undefined || typeof answer.error === 'object', true);
  });
}

for (const [appId, targets, code, msg] of [
  ['cli_nobot', { user_ids: ['lucy'] }, 11205, 'App do not have bot.'],
  ['cli_mute', { user_ids: ['lucy'] }, 11223, 'Do not have im write permission.'],
  ['cli_users', { department_ids: ['sales'] }, 11204, 'Send department list permission denied.'],
]) {
  test(`batch_send of ${appId} resolves with ${code}`, async () => {
    const answer = await batchSend(makeClient(server, { appId }), text('x', targets));
    assert.equal(answer.code, code);
    assert.equal(answer.msg, msg);
  });
}

const calls = { getProgress: progress, readUser: readers, delete: recall };

for (const [name, call] of Object.entries(calls)) {
  test(`${name} rejects with 230030 for an unknown batch`, async () => {
    const { status, code, msg, headers } = await refused(call(client, UNKNOWN));
    assert.equal(status, 400);
    assert.equal(code, 230030);
    assert.equal(msg, 'The message id is invalid, record not found.');
    assert.match(headers['x-tt-logid'], /^\d{14}[0-9A-F]{20}$/, 'as the samples print it');
  });

  test(`${name} rejects with 230001 for what is no id`, async () => {
    const { status, code } = await refused(call(client, 'xx-1'));
    assert.deepEqual({ status, code }, { status: 400, code: 230001 });
  });

  test(`${name} rejects without any scope, all of which it names`, async () => {
    const scopeless = makeClient(server, { appId: 'cli_scopeless' });
    const { status, code, msg, error } = await refused(call(scopeless, UNKNOWN));
    assert.deepEqual({ status, code }, { status: 400, code: 99991672 });
    assert.equal(
      msg,
      'Access denied. One of the following scopes is required: ' +
        '[im:message:send_multi_depts, im:message:send_multi_users]',
    );
    assert.equal(error.permission_violations.length, 2);
  });

  test(`${name} rejects with 230006 when the bot is off`, async () => {
    const { status, code } = await refused(
      call(makeClient(server, { appId: 'cli_nobot' }), UNKNOWN),
    );
    assert.deepEqual({ status, code }, { status: 400, code: 230006 });
  });
}

test("another app's batch is refused, as each document says", async () => {
  const sent = await batchSend(client, text('mine'));
  const id = sent.data.message_id;
  await progressOnce(client, id, delivered(1));
  const other = makeClient(server, { appId: 'cli_other' });
  assert.equal((await refused(progress(other, id))).code, 230012);
  assert.equal((await refused(readers(other, id))).code, 230012);
  const refusal = await refused(recall(other, id));
  assert.deepEqual(
    [refusal.status, refusal.code, refusal.msg],
    [400, 230026, 'No permission to recall this message.'],
  );
  assert.equal((await progress(client, id)).data.batch_message_recall_progress.recall, false);
});

test('an app that lost the scope by which it addressed a batch: 230027', async () => {
  const app = { app_id: 'cli_lost', app_secret: 's3cret' };
  const change = (scopes) =>
    server.operator('POST', '/api/v1/import', {
      tenants: [{ tenant_key: 'acme', apps: [{ ...app, scopes }] }],
    });
  await change(['im:message', 'im:message:send_multi_depts', 'im:message:send_multi_users']);
  const loser = makeClient(server, { appId: 'cli_lost' });
  const { message_id: id } = (await batchSend(loser, text('x', { department_ids: ['sales'] })))
    .data;
  await progressOnce(loser, id, delivered(3));
  await change(['im:message', 'im:message:send_multi_users']);
  for (const call of Object.values(calls)) {
    const { status, code, msg } = await refused(call(loser, id));
    assert.deepEqual([status, code, msg], [400, 230027, 'Lack of necessary permissions.']);
  }
});

test('a made-up token rejects with 99991663, a missing one with 99991661', async () => {
  const manual = makeClient(server, { disableTokenCache: true });
  const invalid = await refused(
    manual.im.v1.batchMessage.getProgress(
      { path: { batch_message_id: UNKNOWN } },
      lark.withTenantToken('t-7f1bcd13fc57d46bac21793a18e560'),
    ),
  );
  assert.deepEqual([invalid.status, invalid.code], [400, 99991663]);
  assert.equal(
    invalid.msg,
    'Invalid access token for authorization. Please make a request with token attached.',
  );
  const missing = await refused(progress(manual, UNKNOWN));
  assert.deepEqual([missing.status, missing.code], [400, 99991661]);
  assert.equal(
    missing.msg,
    'Missing access token for authorization. Please make a request with token attached.',
  );
});

test('wrong credentials: the SDK reports code and msg', async () => {
  const wrong = makeClient(server, { appSecret: 'no', cache: new OwnCache() });
  await assert.rejects(progress(wrong, UNKNOWN), /code: 10014, msg: app secret invalid/);
  const unknown = makeClient(server, { appId: 'cli_nobody', cache: new OwnCache() });
  await assert.rejects(progress(unknown, UNKNOWN), /code: 10014, msg: app id not exists/);
});

test('an unknown path is 404 page not found', async () => {
  const problem = await client
    .request({ method: 'POST', url: '/open-apis/message/v4/no_such_call', data: {} })
    .then(
      () => null,
      (e) => e,
    );
  assert.equal(problem.response.status, 404);
  assert.equal(problem.response.data.trim(), '404 page not found');
  assert.match(problem.response.headers['content-type'], /^text\/plain/);
});
