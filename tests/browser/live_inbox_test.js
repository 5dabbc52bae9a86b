// The live inbox over Chromium's own WebSocket: a page can send no header, so it brings a ticket.
'use strict';

const assert = require('node:assert/strict');
const { after, before, test } = require('node:test');

const { chromium } = require('playwright-core');

const { startServer } = require('../sdk/node/server.js');
const { batchSend, makeClient, text } = require('../sdk/node/clients.js');

const LI = '7cdcc7c2';

let server;
let browser;
let page;
before(async () => {
  server = await startServer('--profile', 'own');
  browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox'],
  });
  page = await browser.newPage();
  await page.goto(`${server.url}/healthz`);
  await page.evaluate(() => {
    window.listen = (ticket, cursor) => {
      const query = new URLSearchParams({ ticket, ...(cursor && { cursor }) });
      window.events = [];
      window.closeCode = null;
      window.socket = new WebSocket(`ws://${location.host}/api/v1/inbox/live?${query}`);
      window.socket.onmessage = (event) => window.events.push(JSON.parse(event.data));
      window.socket.onclose = (event) => (window.closeCode = event.code);
    };
  });
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

async function ticket() {
  const { token } = await server.operator('POST', '/api/v1/sessions', {
    tenant_key: 'acme',
    user_id: LI,
  });
  const answer = await fetch(`${server.url}/api/v1/inbox/ticket`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${token}` },
  });
  return (await answer.json()).ticket;
}

const seen = (type, count = 1) =>
  page
    .waitForFunction(
      ([wanted, least]) => {
        const found = window.events.filter((event) => event.type === wanted);
        return found.length >= least && found;
      },
      [type, count],
    )
    .then((handle) => handle.jsonValue());

test('a page hears of a message when it is sent, and after a break of what it missed', async () => {
  const app = makeClient(server);
  await page.evaluate((given) => window.listen(given), await ticket());
  await seen('ready');
  await batchSend(app, text('Seen at once: 你好 <b>&'));
  const [message] = await seen('message');
  assert.equal(message.content.text, 'Seen at once: 你好 <b>&');

  await page.evaluate(() => window.socket.close());
  await page.waitForFunction(() => window.closeCode !== null);
  await batchSend(app, text('while away'));
  await page.evaluate(
    ([given, cursor]) => window.listen(given, cursor),
    [await ticket(), message.cursor],
  );
  await seen('ready');
  assert.deepEqual(
    (await seen('message')).map((event) => event.content.text),
    ['while away'],
  );
});

test('a page with a bad ticket gets no connection', async () => {
  await page.evaluate(() => window.listen('nonsense'));
  await page.waitForFunction(() => window.closeCode === 1006);
});
