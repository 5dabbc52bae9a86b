// The `ws` package as a real client: what a browser or an SDK would do, and a raw socket for what
// none would.
'use strict';

const assert = require('node:assert/strict');
const { spawn } = require('node:child_process');
const net = require('node:net');
const path = require('node:path');
const readline = require('node:readline');
const { after, before, test } = require('node:test');

const WebSocket = require(path.join(__dirname, '..', 'sdk', 'node_modules', 'ws'));

let child;
let port;
before(async () => {
  child = spawn(process.env.WEBSOCKET_ECHO, { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = readline.createInterface({ input: child.stdout });
  port = Number(await new Promise((resolve) => lines.once('line', resolve)));
});
after(() => child.stdin.end());

async function open(options = {}) {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/echo`, options);
  socket.heard = [];
  socket.waiting = [];
  const put = (what) => (socket.waiting.length ? socket.waiting.shift()(what) : socket.heard.push(what));
  socket.next = () =>
    socket.heard.length
      ? Promise.resolve(socket.heard.shift())
      : new Promise((resolve) => socket.waiting.push(resolve));
  socket.on('message', (data, isBinary) => put(isBinary ? data : data.toString()));
  socket.on('pong', (data) => put(`pong ${data}`));
  socket.ended = new Promise((resolve) =>
    socket.on('close', (code, reason) => resolve([code, reason.toString()])),
  );
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
  return socket;
}

test('text and binary of every length come back', async () => {
  const socket = await open();
  for (const size of [0, 1, 125, 126, 65535, 65536, 1_000_000]) {
    socket.send('\u4f60'.repeat(size / 3) + 'x');
    assert.equal(await socket.next(), '\u4f60'.repeat(size / 3) + 'x');
    const bytes = Buffer.alloc(size, 0xfe);
    socket.send(bytes);
    assert.ok(bytes.equals(await socket.next()));
  }
  socket.close(1000, 'done');
  assert.deepEqual(await socket.ended, [1000, '']);
});

test('a message of 20 MB comes back', async () => {
  const socket = await open({ maxPayload: 64 << 20 });
  const bytes = Buffer.alloc(20 << 20);
  for (let i = 0; i < bytes.length; i += 4) bytes.writeUInt32LE((i * 2654435761) >>> 0, i);
  socket.send(bytes);
  assert.ok(bytes.equals(await socket.next()));
  socket.close();
  assert.deepEqual((await socket.ended)[0], 1005);
});

test('fragments are joined, with a ping between them', async () => {
  const socket = await open();
  socket.send('one, ', { fin: false });
  socket.ping('now');
  socket.send('two, ', { fin: false });
  socket.send('three', { fin: true });
  assert.equal(await socket.next(), 'pong now');
  assert.equal(await socket.next(), 'one, two, three');
  socket.close();
  await socket.ended;
});

test('compression is offered and politely not taken', async () => {
  const socket = await open({ perMessageDeflate: true });
  assert.equal(socket.extensions, '');
  socket.send('plain');
  assert.equal(await socket.next(), 'plain');
  socket.close();
  await socket.ended;
});

test('200 sockets at once, 20 messages each, all in order', async () => {
  const sockets = await Promise.all(Array.from({ length: 200 }, () => open()));
  for (const socket of sockets) for (let n = 0; n < 20; ++n) socket.send(`message ${n}`);
  for (const socket of sockets) {
    for (let n = 0; n < 20; ++n) assert.equal(await socket.next(), `message ${n}`);
    socket.close(4999, 'enough');
    assert.equal((await socket.ended)[0], 4999);
  }
});

// Bytes as they are, after a good handshake; gives the close code that comes back.
function raw(bytes) {
  return new Promise((resolve, reject) => {
    const socket = net.connect(port, '127.0.0.1');
    let held = Buffer.alloc(0);
    socket.write(
      'GET /echo HTTP/1.1\r\nHost: t\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n' +
        'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
    );
    socket.write(bytes);
    socket.on('data', (data) => (held = Buffer.concat([held, data])));
    socket.on('error', reject);
    socket.on('end', () => {
      const frames = held.subarray(held.indexOf('\r\n\r\n') + 4);
      resolve(frames[0] === 0x88 ? frames.readUInt16BE(2) : frames);
      socket.end();
    });
  });
}

test('frames that no client sends are refused with their code', async () => {
  const masked = (...head) => Buffer.from([...head, 0, 0, 0, 0]);
  assert.equal(await raw(Buffer.from([0x81, 0x01, 0x78])), 1002, 'not masked');
  assert.equal(await raw(masked(0xc1, 0x80)), 1002, 'a reserved bit');
  assert.equal(await raw(masked(0x83, 0x80)), 1002, 'a reserved opcode');
  assert.equal(await raw(masked(0x80, 0x80)), 1002, 'continues nothing');
  assert.equal(await raw(masked(0x09, 0x80)), 1002, 'a ping in fragments');
  assert.equal(await raw(masked(0x88, 0x81, 0x03)), 1002, 'half a close code');
  assert.equal(await raw(Buffer.from([0x81, 0x81, 0, 0, 0, 0, 0xff])), 1007, 'not UTF-8');
  assert.equal(await raw(masked(0x82, 0xff, 0, 0, 0, 0, 0x7f, 0, 0, 0)), 1009, 'too large');
});
