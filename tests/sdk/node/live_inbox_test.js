// The live inbox as a person's device sees it, with the `ws` package.
'use strict';

const assert = require('node:assert/strict');
const { after, before, test } = require('node:test');

const WebSocket = require('ws');

const { batchSend, makeClient, progressOnce, recall, text } = require('./clients.js');
const { Arrivals } = require('./receiver.js');
const { startServer } = require('./server.js');

const [LI, HAN] = ['7cdcc7c2', 'ca51d83b'];

let server;
let app;
before(async () => {
  server = await startServer('--profile', 'own');
  app = makeClient(server);
});
after(() => server.stop());

const session = async (userId) =>
  (await server.operator('POST', '/api/v1/sessions', { tenant_key: 'acme', user_id: userId })).token;

async function call(token, method, target, body) {
  const answer = await fetch(server.url + target, {
    method,
    headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  assert.equal(answer.status, 200);
  return answer.json();
}

// One device: its events, as they came and parsed; and how the connection ended.
class Device {
  constructor({ token, ticket, cursor } = {}) {
    const query = new URLSearchParams();
    if (cursor) query.set('cursor', cursor);
    if (ticket) query.set('ticket', ticket);
    this.frames = [];
    this.events = new Arrivals();
    this.socket = new WebSocket(`${server.url.replace('http', 'ws')}/api/v1/inbox/live?${query}`, {
      headers: token ? { Authorization: `Bearer ${token}` } : {},
    });
    this.socket.on('error', () => {});
    this.socket.on('message', (data) => {
      this.frames.push(data.toString());
      this.events.push(JSON.parse(data.toString()));
    });
    this.closed = new Promise((resolve) =>
      this.socket.once('close', (code, reason) => resolve([code, reason.toString()])),
    );
    this.refused = new Promise((resolve) =>
      this.socket.once('unexpected-response', (request, answer) => {
        let body = '';
        answer.on('data', (piece) => (body += piece));
        answer.on('end', () => resolve([answer.statusCode, body]));
      }),
    );
  }

  of(type) {
    return this.events.all.filter((event) => event.type === type);
  }
  get cursor() {
    return this.events.all.filter((event) => event.cursor).at(-1)?.cursor;
  }
  async ready() {
    await this.events.first(1, (event) => event.type === 'ready');
    return this;
  }
  messages(count) {
    return this.events.first(count, (event) => event.type === 'message');
  }
  async close() {
    this.socket.close();
    await this.closed;
  }
}

const send = async (content, userIds = [LI, HAN]) =>
  (await batchSend(app, text(content, { user_ids: userIds }))).data.message_id;

// What waits in the server for peers that do not read.
async function heldBytes() {
  const page = await (await fetch(`${server.url}/metrics`)).text();
  return Number(page.match(/^carillon_http_body_bytes (\d+)/m)[1]);
}

test('everybody who is connected gets the same bytes at once, and nobody else anything', async () => {
  const [li, phone, han, jim] = await Promise.all(
    [LI, LI, HAN, 'jim'].map(async (user) => new Device({ token: await session(user) }).ready()),
  );
  const id = await send('The canteen is closed on Friday');
  for (const device of [li, phone, han]) {
    const [message] = await device.messages(1);
    assert.equal(message.batch_id, id);
    assert.deepEqual(message.app, { app_id: 'cli_demo', name: 'HR' });
    assert.equal(message.msg_type, 'text');
    assert.deepEqual(message.content, { text: 'The canteen is closed on Friday' });
    assert.ok(Date.parse(message.sent_at) > Date.now() - 60_000);
    assert.equal(device.frames.at(-1), li.frames.at(-1));
  }
  const own = await send('Only for Jim', ['jim']);
  assert.equal((await jim.messages(1))[0].batch_id, own);
  assert.equal(li.of('message').length, 1);
  await Promise.all([li, phone, han, jim].map((device) => device.close()));
});

test('who comes back with a cursor misses nothing: messages, recalls and reads', async () => {
  const token = await session(LI);
  const device = await new Device({ token }).ready();
  const [kept, taken] = [await send('kept'), await send('to be taken back')];
  await device.messages(2);
  await device.close();

  const unseen = await send('sent and taken back meanwhile');
  await progressOnce(app, unseen, (counts) => counts.success_user_ids_count === 2);
  await recall(app, unseen);
  await recall(app, taken);
  await call(token, 'POST', '/api/v1/inbox/read', { batch_ids: [kept] });
  const sent = [];
  for (let n = 0; n < 5; ++n) sent.push(await send(`while away ${n}`));
  await progressOnce(app, sent.at(-1), (counts) => counts.success_user_ids_count === 2);

  await call(token, 'POST', '/api/v1/inbox/read', { batch_ids: [sent[1]] });

  const again = await new Device({ token, cursor: device.cursor }).ready();
  assert.deepEqual(
    again.of('message').map((event) => event.batch_id),
    sent,
  );
  assert.deepEqual(
    again.of('recall').map((event) => event.batch_id),
    [taken],
  );
  const read = again.of('read')[0];
  assert.ok(read.batch_ids.includes(kept), 'one from before');
  assert.ok(read.batch_ids.includes(sent[1]), 'one that is new here');
  assert.ok(!read.batch_ids.includes(sent[0]));
  const order = again.events.all.map((event) => event.type);
  assert.ok(order.indexOf('read') > order.lastIndexOf('message'), 'after what it speaks of');
  assert.equal(again.events.all.at(-1).type, 'ready');
  await again.close();

  const last = await new Device({ token, cursor: again.cursor }).ready();
  assert.deepEqual(last.of('message'), []);
  await last.close();
});

test('a page and the connection with its cursor show each message once', async () => {
  const token = await session(HAN);
  const page = await call(token, 'GET', '/api/v1/inbox?limit=100');
  const between = await send('between the page and the connection', [HAN]);
  const device = await new Device({ token, cursor: page.cursor }).ready();
  const after = await send('after it', [HAN]);
  await device.messages(2);
  assert.deepEqual(
    device.of('message').map((event) => event.batch_id),
    [between, after],
  );
  assert.ok(!page.messages.some((message) => message.batch_id === between));
  await device.close();
});

test('a recall and a read on another device show at once', async () => {
  const token = await session(LI);
  const device = await new Device({ token }).ready();
  const [first, second] = [await send('to be read'), await send('to be recalled')];
  await device.messages(2);
  const page = await call(token, 'GET', '/api/v1/inbox?limit=2');
  const { message_id: read } = page.messages.find((message) => message.batch_id === first);
  await call(token, 'POST', '/api/v1/inbox/read', { message_ids: [read] });
  await recall(app, second);
  const [seen] = await device.events.first(1, (event) => event.type === 'read');
  assert.deepEqual(seen.batch_ids, [first]);
  const [gone] = await device.events.first(1, (event) => event.type === 'recall');
  assert.equal(gone.batch_id, second);
  await device.close();
});

test('who is away too long to be told one by one is told to fetch the inbox anew', async () => {
  const token = await session('lily');
  const device = await new Device({ token }).ready();
  await device.close();
  let last;
  for (let n = 0; n < 201; ++n) last = await send(`many ${n}`, ['lily']);
  await progressOnce(app, last, (counts) => counts.success_user_ids_count === 1);
  const again = await new Device({ token, cursor: device.cursor }).ready();
  assert.deepEqual(
    again.events.all.map((event) => event.type),
    ['resync', 'ready'],
  );
  await again.close();
});

test('a device that comes and goes in a stream gets each message once, in order', async () => {
  const token = await session(LI);
  let device = await new Device({ token }).ready();
  const got = [];
  const sent = [];
  const sending = (async () => {
    for (let n = 0; n < 300; ++n) sent.push(await send(`stream ${n}`));
  })();
  for (let turn = 0; got.length < 300; ++turn) {
    const left = 300 - got.length;
    await device.messages(Math.min(left, 1 + ((turn * 7) % 23)));
    device.socket.terminate();
    await device.closed;
    got.push(...device.of('message').map((event) => event.batch_id));
    device = new Device({ token, cursor: device.cursor });
    await device.ready();
  }
  await sending;
  assert.deepEqual(got, sent);
  await device.close();
});

test('who does not read is sent away, misses nothing after, and slows nobody', async () => {
  const token = await session(LI);
  const slow = await new Device({ token }).ready();
  const quick = await new Device({ token: await session(HAN) }).ready();
  slow.socket._socket.pause();
  const sent = [];
  const filler = 'x'.repeat(100_000);
  for (let n = 0; n < 120; ++n) sent.push(await send(`${n} ${filler}`));
  await quick.messages(120);
  slow.socket._socket.resume();
  assert.deepEqual(await slow.closed, [1013, 'resync']);
  const before = slow.of('message');
  assert.ok(before.length < 120, 'the queue is bounded');
  // Coming back they get as much as a connection may hold, until they have all.
  const got = [...before];
  let { cursor } = slow;
  for (let turns = 0; got.length < 120 && turns < 120; ++turns) {
    const again = new Device({ token, cursor });
    const ended = await Promise.race([again.ready(), again.closed]);
    if (Array.isArray(ended)) assert.deepEqual(ended, [1013, 'resync']);
    else await again.close();
    got.push(...again.of('message'));
    cursor = again.cursor ?? cursor;
  }
  assert.deepEqual(
    got.map((event) => event.batch_id),
    sent,
  );
  await quick.close();
});

test('a recalled message is left out of what a slow reader has not begun to get', async () => {
  const slow = await new Device({ token: await session(LI) }).ready();
  const quick = await new Device({ token: await session(HAN) }).ready();
  slow.socket._socket.pause();
  // Until more waits in the server than one frame: more than the kernel's buffers hold.
  const filler = 'x'.repeat(100_000);
  const sent = [];
  while ((await heldBytes()) < 300_000) {
    sent.push(await send(`${sent.length} ${filler}`));
    await quick.messages(sent.length);
    assert.ok(sent.length < 500);
  }
  const last = sent.at(-1);
  await recall(app, last);
  await quick.events.first(1, (event) => event.type === 'recall' && event.batch_id === last);
  slow.socket._socket.resume();
  await slow.events.first(1, (event) => event.type === 'recall');
  assert.ok(!slow.of('message').some((event) => event.batch_id === last));
  await Promise.all([slow.close(), quick.close()]);
});

test('cursors outlive a crash of the server', async () => {
  const token = await session(LI);
  const device = await new Device({ token }).ready();
  const first = await send('before the crash');
  await device.messages(1);
  await server.crashAndRestart();
  assert.equal((await device.closed)[0], 1006);
  app = makeClient(server);
  const second = await send('after the crash');
  const again = await new Device({ token, cursor: device.cursor }).ready();
  assert.equal((await again.messages(1))[0].batch_id, second);
  assert.ok(!again.of('message').some((event) => event.batch_id === first));
  await again.close();
});

test('a ticket opens a connection without a header, for its person only', async () => {
  const token = await session(HAN);
  const { ticket, expires_in: seconds } = await call(token, 'POST', '/api/v1/inbox/ticket');
  assert.equal(seconds, 60);
  const device = await new Device({ ticket }).ready();
  const own = await send('By ticket', [HAN]);
  assert.equal((await device.messages(1))[0].batch_id, own);
  await device.close();
  const session_token = await new Device({ ticket: token.slice(2) }).refused;
  assert.equal(session_token[0], 401, 'a session is not a ticket');
});

test('who may not listen hears why before the connection begins', async () => {
  const token = await session(LI);
  const code = async (options) => {
    const [status, body] = await new Device(options).refused;
    return [status, JSON.parse(body).status];
  };
  assert.deepEqual(await code({}), [401, 401]);
  assert.deepEqual(await code({ token: 's-' + '0'.repeat(32) }), [401, 401]);
  assert.deepEqual(await code({ ticket: 'nonsense' }), [401, 401]);
  assert.deepEqual(await code({ token, cursor: 'nonsense' }), [400, 400]);
  const page = await call(await session(HAN), 'GET', '/api/v1/inbox');
  assert.deepEqual(await code({ token, cursor: page.next ?? 'x' }), [400, 400]);
  const plain = await fetch(`${server.url}/api/v1/inbox/live`, {
    headers: { Authorization: `Bearer ${token}` },
  });
  assert.equal(plain.status, 400);
  assert.match((await plain.json()).detail, /Upgrade: websocket/);
});

test('a server that stops says so, and everybody comes back', async () => {
  const device = await new Device({ token: await session(LI) }).ready();
  server.child.kill('SIGTERM');
  assert.equal((await device.closed)[0], 1001);
  await server.ended;
  await server.launch();
});
