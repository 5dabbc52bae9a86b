// Kept-alive connections, parallel calls, and a server that dies under a living client.
'use strict';

const assert = require('node:assert/strict');
const http = require('node:http');
const { after, before, test } = require('node:test');

// What Node has by default since 19, and what users of 18 set by hand.
http.globalAgent = new http.Agent({ keepAlive: true });

const {
  batchSend,
  delivered,
  makeClient,
  progress,
  progressOnce,
  readers,
  recall,
  text,
} = require('./clients.js');
const { startServer } = require('./server.js');

let server;
let client;
before(async () => {
  server = await startServer('--profile', 'own');
  client = makeClient(server);
});
after(() => server.stop());

test('500 calls one after another share a connection and none is reset', async () => {
  const sent = await batchSend(client, text('many questions'));
  const id = sent.data.message_id;
  await progressOnce(client, id, delivered(1));
  const ports = new Set();
  const watch = (socket) => ports.add(socket.localPort);
  const agent = http.globalAgent;
  const create = agent.createConnection;
  agent.createConnection = (...args) => {
    const socket = create.apply(agent, args);
    socket.once('connect', () => watch(socket));
    return socket;
  };
  for (let n = 0; n < 500; ++n) {
    // GET and DELETE with their bodies of {}, POST with and without success.
    if (n % 4 === 0) assert.equal((await progress(client, id)).code, 0);
    if (n % 4 === 1) assert.equal((await readers(client, id)).code, 0);
    if (n % 4 === 2) assert.equal((await batchSend(client, text(`call ${n}`))).code, 0);
    if (n % 4 === 3) await assert.rejects(recall(client, 'bm-0b3d5d1b2df7c6d5dbd1abe2c91e2217'));
  }
  agent.createConnection = create;
  assert.ok(ports.size <= 1, `${ports.size} new connections for 500 calls`);
});

test('an idle connection is still good after some seconds', async () => {
  assert.equal((await batchSend(client, text('before the pause'))).code, 0);
  await new Promise((resolve) => setTimeout(resolve, 7000));
  assert.equal((await batchSend(client, text('after the pause'))).code, 0);
});

test('100 calls in parallel all succeed, each with a batch of its own', async () => {
  const answers = await Promise.all(
    Array.from({ length: 100 }, (_, n) => batchSend(client, text(`parallel ${n}`))),
  );
  const ids = new Set(answers.map((a) => a.data.message_id));
  assert.equal(ids.size, 100);
  for (const id of ids) await progressOnce(client, id, delivered(1));
  const { messages } = await server.inbox('7cdcc7c2');
  const texts = messages.map((m) => m.content.text).filter((t) => t.startsWith('parallel '));
  assert.equal(texts.length, new Set(texts).size);
});

test('calls one after another arrive in their order', async () => {
  let last;
  for (let n = 0; n < 20; ++n) last = await batchSend(client, text(`in order ${n}`));
  await progressOnce(client, last.data.message_id, delivered(1));
  const { messages } = await server.inbox('7cdcc7c2');
  const mine = messages.map((m) => m.content.text).filter((t) => t.startsWith('in order '));
  assert.deepEqual(
    mine,
    Array.from({ length: 20 }, (_, n) => `in order ${19 - n}`),
  );
});

test('a client outlives a crash of the server: same token, nothing lost', async () => {
  const token = await client.tokenManager.getTenantAccessToken();
  const before = await batchSend(client, text('before the crash'));
  await server.crashAndRestart();
  // The sockets that died with the old process may fail the first call after it; Node then
  // opens a new one.
  await progress(client, before.data.message_id).catch((problem) => {
    if (problem.response) throw problem;
  });
  await progressOnce(client, before.data.message_id, delivered(1));
  assert.equal(await client.tokenManager.getTenantAccessToken(), token, "from the SDK's cache");
  const after = await batchSend(client, text('after the crash'));
  assert.equal(after.code, 0);
  assert.notEqual(after.data.message_id, before.data.message_id);
  const { messages } = await server.inbox('7cdcc7c2');
  assert.equal(messages.filter((m) => m.content.text === 'before the crash').length, 1);
});
