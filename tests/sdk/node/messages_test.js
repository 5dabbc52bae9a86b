// The SDK's typed calls beside the batches: images, messages to one person, who the bot is, chats.
'use strict';

const assert = require('node:assert/strict');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { after, before, test } = require('node:test');

const { OwnCache, batchSend, makeClient, refused } = require('./clients.js');
const { startServer } = require('./server.js');

// One pixel.
const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);
const IMAGE_KEY = /^img_v2_[0-9a-f]{32}$/;
const MESSAGE_ID = /^om_[0-9a-f]{32}$/;

let server;
let client;
let folder;

before(async () => {
  server = await startServer();
  client = makeClient(server, {
    appId: 'cli_talk',
    appSecret: 'talk-secret',
    cache: new OwnCache(),
  });
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'carillon-sdk-'));
});
after(async () => {
  fs.rmSync(folder, { recursive: true, force: true });
  await server.stop();
});

const upload = (image, image_type = 'message') =>
  client.im.v1.image.create({ data: { image_type, image } });

const send = (user_id, msg_type, content, extra = {}) =>
  client.im.v1.message.create({
    params: { receive_id_type: 'user_id' },
    data: { receive_id: user_id, msg_type, content: JSON.stringify(content), ...extra },
  });

test('an image is uploaded from a buffer and from a file, and comes back whole', async () => {
  const file = path.join(folder, 'pixel.bin');
  fs.writeFileSync(file, PNG);
  for (const image of [PNG, fs.createReadStream(file)]) {
    const answer = await upload(image);
    assert.match(answer.image_key, IMAGE_KEY);
    const got = await client.im.v1.image.get({ path: { image_key: answer.image_key } });
    const copy = path.join(folder, 'copy.png');
    await got.writeFile(copy);
    assert.deepEqual(fs.readFileSync(copy), PNG);
  }
});

test('an uploaded image is shown by a batch', async () => {
  const { image_key } = await upload(PNG);
  const answer = await batchSend(client, {
    msg_type: 'image',
    content: { image_key },
    user_ids: ['lucy'],
  });
  assert.equal(answer.code, 0);
});

test('what is no image is refused', async () => {
  const refusal = await refused(upload(Buffer.from('no image')));
  assert.equal(refusal.status, 400);
  assert.equal(refusal.code, 234011);
});

test('a message is sent to one person, looked at and taken back', async () => {
  const sent = await send('lucy', 'text', { text: 'hello' });
  assert.equal(sent.code, 0);
  assert.match(sent.data.message_id, MESSAGE_ID);
  assert.equal(sent.data.body.content, '{"text":"hello"}');
  assert.equal(typeof sent.data.create_time, 'string');
  const message = { path: { message_id: sent.data.message_id } };

  const seen = await client.im.v1.message.get(message);
  assert.equal(seen.data.items[0].message_id, sent.data.message_id);
  assert.equal(seen.data.items[0].sender.id, 'cli_talk');

  const readers = await client.im.v1.message.readUsers({
    ...message,
    params: { user_id_type: 'open_id', page_size: 20 },
  });
  assert.deepEqual(readers.data, { items: [], has_more: false });

  assert.equal((await client.im.v1.message.delete(message)).code, 0);
  const gone = await refused(client.im.v1.message.get(message));
  assert.equal(gone.status, 400);
  assert.equal(gone.code, 230110);
});

test('a uuid sends once', async () => {
  const uuid = `uuid-${Date.now()}`;
  const first = await send('lily', 'text', { text: 'once' }, { uuid });
  const second = await send('lily', 'text', { text: 'once' }, { uuid });
  assert.equal(second.data.message_id, first.data.message_id);
});

test('six messages a second to one person are too many', async () => {
  const answers = await Promise.allSettled(
    Array.from({ length: 24 }, () => send('jim', 'text', { text: 'x' })),
  );
  const codes = answers.map((answer) =>
    answer.status === 'fulfilled' ? answer.value.code : answer.reason.response.data.code,
  );
  assert.ok(codes.includes(230020), codes.join());
  assert.ok(codes.includes(0), codes.join());
});

test('nobody by that id', async () => {
  const refusal = await refused(send('nobody', 'text', { text: 'x' }));
  assert.equal(refusal.status, 400);
  assert.equal(refusal.code, 99992360);
});

test('who the bot is', async () => {
  const answer = await client.request({ method: 'GET', url: '/open-apis/bot/v3/info' });
  assert.equal(answer.bot.app_name, 'Talk');
  assert.equal(answer.bot.activate_status, 2);
  assert.match(answer.bot.open_id, /^ou_[0-9a-f]{32}$/);
});

test('a chat is made, looked at and shared', async () => {
  const made = await client.im.v1.chat.create({
    params: { user_id_type: 'user_id' },
    data: { name: 'Launch', user_id_list: ['lucy', 'lily'] },
  });
  assert.equal(made.code, 0);
  const { chat_id } = made.data;
  const seen = await client.im.v1.chat.get({ path: { chat_id } });
  assert.equal(seen.data.name, 'Launch');
  assert.equal(seen.data.user_count, '2');
  const shared = await batchSend(client, {
    msg_type: 'share_chat',
    content: { share_chat_id: chat_id },
    user_ids: ['lucy'],
  });
  assert.equal(shared.code, 0);
  const message = await send('lucy', 'share_chat', { share_chat_id: chat_id });
  assert.equal(message.code, 0);
});
